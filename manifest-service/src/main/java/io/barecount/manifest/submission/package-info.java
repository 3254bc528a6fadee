/** A submission from its text to its end: read and judged by {@code Intake}, decided by {@code SubmissionState}. */
package io.barecount.manifest.submission;
