/**
 * What other services say that moves a run.
 *
 * <p>The channels are {@code @Blocking}, which is ordered: the next batch waits for this one. On virtual threads batches of one
 * channel would be worked on at once, and a run's success could overtake its start.
 */
package io.barecount.scheduler.kafka;
