/**
 * Decides what runs when. {@code run} is the pure state machine over a run, its tasks and their attempts; {@code kafka}, {@code api} and
 * {@code store} are its edges.
 */
package io.barecount.scheduler;
