package io.barecount.contracts.manifest;

import io.barecount.contracts.RunId;
import io.barecount.contracts.submission.Door;
import java.time.Instant;
import java.util.List;

/** What became of a submission at intake. Topic {@code barecount.manifests}, keyed by run. */
public sealed interface ManifestEvent {
    RunId run();

    /**
     * @param submitter never counts as the approver of this run
     * @param warnings what is right today and won't be for ever; null where there is nothing to warn of
     */
    record Accepted(RunId run, RunSpec spec, Door door, String submitter, Instant receivedAt, List<Violation> warnings)
            implements ManifestEvent {
        public Accepted {
            warnings = warnings == null || warnings.isEmpty() ? null : List.copyOf(warnings);
        }

        /** With nothing to warn of. */
        public Accepted(RunId run, RunSpec spec, Door door, String submitter, Instant receivedAt) {
            this(run, spec, door, submitter, receivedAt, null);
        }
    }

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
