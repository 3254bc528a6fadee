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
     * @param spec exactly what may run
     * @param permit a DSSE envelope over an in-toto statement with a {@link Permit} for exactly these parts
     * @param choice how its runner was chosen; null if the manifest names one
     */
    record Permitted(
            RunId run,
            RunSpec spec,
            Boundary boundary,
            Estimate estimate,
            Digest policySet,
            List<Finding> findings,
            Envelope permit,
            Choice choice)
            implements DecisionEvent {
        /** Of a manifest that names its runner. */
        public Permitted(
                RunId run,
                RunSpec spec,
                Boundary boundary,
                Estimate estimate,
                Digest policySet,
                List<Finding> findings,
                Envelope permit) {
            this(run, spec, boundary, estimate, policySet, findings, permit, null);
        }

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
     * @param spec as it was declared
     * @param estimate null if none could be made
     * @param findings the rules that spoke, at least one of level deny; where no runner passed, those of the least forbidden one
     * @param suggestion the smallest change found that would pass; null if none was found
     * @param choice why no runner passed, or which one was not to be; null if the manifest names one
     */
    record Denied(
            RunId run,
            RunSpec spec,
            Estimate estimate,
            Digest policySet,
            List<Finding> findings,
            Suggestion suggestion,
            Choice choice)
            implements DecisionEvent {
        /** Of a manifest that names its runner. */
        public Denied(
                RunId run,
                RunSpec spec,
                Estimate estimate,
                Digest policySet,
                List<Finding> findings,
                Suggestion suggestion) {
            this(run, spec, estimate, policySet, findings, suggestion, null);
        }

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
     * @param spec exactly what would run
     * @param findings the rules that spoke, at least one of level approve, and none of level deny
     * @param binding digest of the {@link Binding} that is to be approved
     * @param expiresAt when it is denied unless it was approved
     * @param choice how its runner was chosen; null if the manifest names one
     */
    record Held(
            RunId run,
            RunSpec spec,
            Boundary boundary,
            Estimate estimate,
            Digest policySet,
            List<Finding> findings,
            Digest binding,
            Instant expiresAt,
            Choice choice)
            implements DecisionEvent {
        /** Of a manifest that names its runner. */
        public Held(
                RunId run,
                RunSpec spec,
                Boundary boundary,
                Estimate estimate,
                Digest policySet,
                List<Finding> findings,
                Digest binding,
                Instant expiresAt) {
            this(run, spec, boundary, estimate, policySet, findings, binding, expiresAt, null);
        }

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
