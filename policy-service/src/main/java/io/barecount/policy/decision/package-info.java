/** Decides: brings estimate, rules, suggestion and permit together, once per run. */
package io.barecount.policy.decision;
