/**
 * Whole histories of runs, each made from a seed: {@code FakeGateway} answers in any order, repeats itself, is late and says what
 * nobody asked about; {@code Simulation} is the stage with crashes and repeated batches; {@code Witness} hears what the gateway and
 * the other services hear, knows nothing of the scheduler's state, and holds it to the {@code Invariant}s.
 */
package io.barecount.scheduler.simulation;
