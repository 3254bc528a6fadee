/**
 * Decides before anything runs. {@code kafka} takes accepted manifests; {@code decision} judges each, with {@code estimate}, {@code
 * evaluation} and {@code suggestion}, and has {@code permit} sign what passes. {@code cel} evaluates rules, {@code documents} reads what
 * governance wrote, {@code keys} the signing key, {@code store} keeps decisions, {@code api} shows them and hears
 * those who approve, {@code timer} ends what waited too long. This package is the wiring.
 */
package io.barecount.policy;
