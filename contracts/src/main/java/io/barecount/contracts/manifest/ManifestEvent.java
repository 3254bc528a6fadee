package io.barecount.contracts.manifest;

import io.barecount.contracts.RunId;
import io.barecount.contracts.submission.Door;
import java.time.Instant;
import java.util.List;

/** What became of a submission at intake. Topic {@code barecount.manifests}, keyed by run. */
public sealed interface ManifestEvent {
    RunId run();

    /** @param submitter never counts as the approver of this run */
    record Accepted(RunId run, RunSpec spec, Door door, String submitter, Instant receivedAt)
            implements ManifestEvent {}

    /**
     * @param pipeline as far as it could be read, else null
     * @param namespace as far as it could be read, else null
     * @param violations all that was found, never empty
     */
    record Rejected(
            RunId run, String namespace, String pipeline, Door door, String submitter, List<Violation> violations)
            implements ManifestEvent {
        public Rejected {
            violations = List.copyOf(violations);
        }
    }
}
