/**
 * Takes submissions in by its doors (HTTP, webhooks, the topic {@code barecount.submissions}, and topics
 * that pipelines subscribe to), validates, normalises, and registers pipelines. A submission's way:
 *
 * <ol>
 *   <li>a door ({@code api}, {@code kafka}) hands its text to {@code submission.Intake}, which reads it into a tree with places
 *       ({@code document});
 *   <li>{@code validation} gathers all that is wrong with it, or gives the normalised manifest: one function for every door;
 *   <li>{@code submission.SubmissionState} decides: accepted or rejected. Each door but the topic's tells {@code Submitted} on
 *       {@code barecount.submissions} with it, so that all submissions pass that topic;
 *   <li>{@code kafka.SubmissionsChannel} takes from there what others published.
 * </ol>
 *
 * Deliveries and records of triggers that have a batch are gathered on the way ({@code window}, {@code store.Windows}).
 */
package io.barecount.manifest;
