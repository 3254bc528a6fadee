/**
 * Takes submissions in by three doors (HTTP, webhooks, Kafka), validates, normalises, and registers pipelines. A submission's way:
 *
 * <ol>
 *   <li>a door ({@code api}, {@code kafka}) hands its text to {@code submission.Intake}, which reads it into a tree with places
 *       ({@code document});
 *   <li>{@code validation} gathers all that is wrong with it, or gives the normalised manifest: one function for every door;
 *   <li>HTTP and webhooks tell {@code Submitted} on {@code barecount.submissions}, so that all submissions pass that topic;
 *   <li>{@code kafka.SubmissionsChannel} takes them from there, and {@code submission.SubmissionState} decides: accepted or rejected.
 * </ol>
 */
package io.barecount.manifest;
