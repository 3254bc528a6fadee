/**
 * How a stage of the pipeline works, written once. A record's way:
 *
 * <ol>
 *   <li>{@code stage.PolledBatches} hands on a channel's batches in order, as they come;
 *   <li>{@code stage.Stage#process} decodes each record of a batch, and hands it on as an input of one key;
 *   <li>{@code stage.StageLoop} gathers inputs of all origins (records, HTTP requests, timers) into batches;
 *   <li>for each input, in order per key, the service's pure {@code stage.Decide} says what changes and what is to be told;
 *   <li>one PostgreSQL transaction stores the changed states and the events, these in the {@code outbox};
 *   <li>the events are sent, the outbox is cleared, and only then the inputs count as done and their batch is acknowledged.
 * </ol>
 *
 * A crash anywhere repeats a batch; the decisions are written so that a repeat changes nothing.
 */
package io.barecount.messaging;
