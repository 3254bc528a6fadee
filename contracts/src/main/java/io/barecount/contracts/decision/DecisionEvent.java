package io.barecount.contracts.decision;

import io.barecount.contracts.RunId;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import java.util.List;

/** What governance decided, with its reasons. Topic {@code barecount.decisions}, keyed by run. */
public sealed interface DecisionEvent {
    RunId run();

    RunSpec spec();

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
    }
}
