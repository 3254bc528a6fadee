/** The platform beside its physical limit: both are measured in one invocation, as these figures mean little from one machine to another. */
package io.barecount.benchmarks;
