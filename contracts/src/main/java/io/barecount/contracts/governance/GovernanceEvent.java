package io.barecount.contracts.governance;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Approval;
import io.barecount.contracts.decision.Exemption;
import io.barecount.contracts.proof.Digest;
import java.time.Instant;
import java.util.Map;

/**
 * What people did to govern. Topic {@code barecount.governance}, keyed by what it was done to: a run, or a document's kind and name.
 * What follows for a run is told on {@code barecount.decisions}.
 */
public sealed interface GovernanceEvent {
    /** Who did it, by subject; null where time did. */
    String by();

    Instant at();

    /** One person's leave for a held run; whether it is enough is decided with all the others. */
    record Approved(RunId run, String namespace, Approval approval) implements GovernanceEvent {
        @Override
        public String by() {
            return approval.by();
        }

        @Override
        public Instant at() {
            return approval.at();
        }
    }

    /** One person's no to a held run: it is denied. */
    record Refused(RunId run, String namespace, String by, String reason, Instant at) implements GovernanceEvent {}

    /** Somebody took the permit of a run back. */
    record Revoked(RunId run, String namespace, String by, String reason, Instant at) implements GovernanceEvent {}

    /**
     * A version of what decides was stored, having passed every check, and may be tried: in replay, in shadow, and for promotion.
     *
     * @param version digest over the digests of all its documents
     */
    record Proposed(Digest version, String by, String reason, Instant at) implements GovernanceEvent {}

    /**
     * A version decides from now on.
     *
     * @param before the version that decided until now; null for the first
     * @param policySet digest of all its policy sets, as permits name it
     * @param boundaries by name; permits name them by digest, too
     * @param priceBook as estimates name it
     * @param budgets by name
     */
    record Promoted(
            Digest version,
            Digest before,
            Digest policySet,
            Map<String, Digest> boundaries,
            Digest priceBook,
            Map<String, Digest> budgets,
            String by,
            String reason,
            Instant at)
            implements GovernanceEvent {}

    /** A candidate is evaluated beside the live version; null ends it. */
    record Shadowed(Digest version, String by, String reason, Instant at) implements GovernanceEvent {}

    /**
     * A version of a boundary holds from now on.
     *
     * @param before its version until now; null for a new boundary
     */
    record BoundaryRegistered(String boundary, Digest version, Digest before, String by, String reason, Instant at)
            implements GovernanceEvent {}

    /** What a budget allows in each of its periods from now on. */
    record BudgetSet(
            String budget,
            String namespace,
            String costCenter,
            Money limit,
            String period,
            String by,
            String reason,
            Instant at)
            implements GovernanceEvent {}

    /** Somebody asks for an exemption, which holds once another person has granted it. */
    record ExemptionProposed(String id, String namespace, Exemption exemption, String by, String reason, Instant at)
            implements GovernanceEvent {}

    /** @param exemption as it holds from now on */
    record ExemptionGranted(String id, String namespace, Exemption exemption, String by, String reason, Instant at)
            implements GovernanceEvent {}

    /**
     * An exemption holds no more, or never will.
     *
     * @param by who refused or revoked it; null where its time is over
     */
    record ExemptionEnded(String id, String namespace, How how, String by, String reason, Instant at)
            implements GovernanceEvent {
        /** Why it ended. */
        public enum How {
            /** It was proposed, and is not granted. */
            REFUSED,
            /** It was granted, and is taken back. */
            REVOKED,
            /** Its time is over, whether it was granted or not. */
            EXPIRED
        }
    }
}
