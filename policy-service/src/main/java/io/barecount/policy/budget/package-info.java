/** What may be spent: reserved when a run is permitted, settled when it has ended. */
package io.barecount.policy.budget;
