package io.barecount.contracts.decision;

import io.barecount.contracts.RunId;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import java.time.Instant;
import java.util.List;

/** What governance decided, with its reasons. Topic {@code barecount.decisions}, keyed by run. */
public sealed interface DecisionEvent {
    RunId run();

    String namespace();

    String pipeline();

    /**
     * The run may start.
     *
     * @param boundary as it stood when the decision was made
     * @param permit a DSSE envelope over an in-toto statement with a {@link Permit} for exactly these parts
     */
    record Permitted(
            RunId run,
            RunSpec spec,
            Boundary boundary,
            Estimate estimate,
            Digest policySet,
            List<Finding> findings,
            Envelope permit)
            implements DecisionEvent {
        public Permitted {
            findings = List.copyOf(findings);
        }

        @Override
        public String namespace() {
            return spec.manifest().namespace();
        }

        @Override
        public String pipeline() {
            return spec.manifest().name();
        }
    }

    /**
     * The run will never start.
     *
     * @param estimate null if none could be made
     * @param findings the rules that spoke, at least one of level deny
     * @param suggestion the smallest change found that would pass; null if none was found
     */
    record Denied(
            RunId run, RunSpec spec, Estimate estimate, Digest policySet, List<Finding> findings, Suggestion suggestion)
            implements DecisionEvent {
        public Denied {
            findings = List.copyOf(findings);
        }

        @Override
        public String namespace() {
            return spec.manifest().namespace();
        }

        @Override
        public String pipeline() {
            return spec.manifest().name();
        }
    }

    /**
     * The run waits for people. Said again, with another binding, when what they were asked to approve has changed; approvals given
     * before count no more then.
     *
     * @param findings the rules that spoke, at least one of level approve, and none of level deny
     * @param binding digest of the {@link Binding} that is to be approved
     * @param expiresAt when it is denied unless it was approved
     */
    record Held(
            RunId run,
            RunSpec spec,
            Boundary boundary,
            Estimate estimate,
            Digest policySet,
            List<Finding> findings,
            Digest binding,
            Instant expiresAt)
            implements DecisionEvent {
        public Held {
            findings = List.copyOf(findings);
        }

        @Override
        public String namespace() {
            return spec.manifest().namespace();
        }

        @Override
        public String pipeline() {
            return spec.manifest().name();
        }
    }

    /**
     * The permit of a run holds no more: what has not started never will, and what runs is stopped.
     *
     * @param spec digest of what was permitted
     * @param by who took it back
     */
    record Revoked(RunId run, String namespace, String pipeline, Digest spec, String by, String reason, Instant at)
            implements DecisionEvent {}
}
