package io.barecount.contracts.agent;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Permitted work for an agent that no network reaches: carried to it as a file, signed by the gateway. Each attempt in it is claimed for
 * that agent already; nobody else is given it.
 *
 * @param until its results must be back by then: nothing of it is begun when that is over, and what was not imported is lost track of
 */
public record Bundle(UUID id, String agent, Instant exportedAt, Instant until, List<Item> items) {
    public static final String TYPE = "application/vnd.barecount.airgap-bundle+json";

    public Bundle {
        items = List.copyOf(items);
    }

    /** @param claimId under which its report is accepted */
    public record Item(Offer offer, String claimId) {}

    public Envelope sign(SigningKey key) {
        return Envelope.sign(TYPE, Json.bytes(this), key);
    }

    /**
     * What came of it, signed by the agent.
     *
     * @param reports each a statement that the agent signed
     */
    public record Results(UUID bundle, String agent, List<Result> reports) {
        public static final String TYPE = "application/vnd.barecount.airgap-results+json";

        public Results {
            reports = List.copyOf(reports);
        }

        public Envelope sign(SigningKey key) {
            return Envelope.sign(TYPE, Json.bytes(this), key);
        }
    }

    /** @param statement an envelope over an in-toto statement with the {@link Report} */
    public record Result(AttemptId attempt, Envelope statement) {}

    /** What importing one result changed. */
    public enum Imported {
        RECORDED,
        /** It was imported before: nothing changes. */
        KNOWN,
        /** It is not, or no longer, this agent's to report. */
        REFUSED
    }
}
