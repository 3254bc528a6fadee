/** What a run will cost, before it starts: tariffs from a price book, and the same workload on other runner types. */
package io.barecount.policy.estimate;
