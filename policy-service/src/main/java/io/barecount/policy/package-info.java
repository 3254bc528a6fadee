/**
 * Decides before anything runs. {@code estimate} prices a run, {@code evaluation} asks the rules, {@code decision} puts both together and
 * signs the permit; all three are pure. {@code cel} compiles rules, {@code documents} loads policies, boundaries and prices.
 */
package io.barecount.policy;
