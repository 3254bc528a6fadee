/** Decisions made again with other rules, from the facts that were kept with them. */
package io.barecount.policy.replay;
