package io.barecount.gateway.api;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.gateway.store.AttemptRow;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.util.List;

/** Attempts, as the gateway knows them. */
@Path("/")
@RunOnVirtualThread
class AttemptsResource {
    private final SigningKey evidenceKey;

    AttemptsResource(SigningKey evidenceKey) {
        this.evidenceKey = evidenceKey;
    }

    record Key(String keyId, String algorithm, String publicKey) {}

    /**
     * @param state queued, offered, claimed, or how it ended
     * @param evidence the signed evidence's content; {@code envelope} is what is signed
     */
    record Attempt(
            AttemptId attempt,
            String state,
            String reason,
            String agent,
            Instant at,
            Evidence evidence,
            Envelope envelope) {
        static Attempt of(AttemptRow row) {
            return switch (Json.read(row.state, AttemptState.class)) {
                case AttemptState.Queued queued ->
                    new Attempt(
                            queued.attempt(),
                            "queued",
                            null,
                            null,
                            queued.work().queuedAt(),
                            null,
                            null);
                case AttemptState.Offered offered ->
                    new Attempt(offered.attempt(), "offered", null, offered.agent(), offered.deadline(), null, null);
                case AttemptState.Claimed claimed ->
                    new Attempt(
                            claimed.attempt(),
                            "claimed",
                            claimed.stopReason(),
                            claimed.agent(),
                            claimed.at(),
                            null,
                            null);
                case AttemptState.Ended ended ->
                    new Attempt(
                            ended.attempt(),
                            ended.outcome(),
                            ended.reason(),
                            ended.agent(),
                            ended.at(),
                            ended.evidence() == null
                                    ? null
                                    : Json.fromTree(ended.evidence().peek().predicate(), Evidence.class),
                            ended.evidence());
            };
        }
    }

    @GET
    @Path("attempts/{run}")
    @Transactional
    List<Attempt> ofRun(@PathParam("run") String run) {
        return AttemptRow.<AttemptRow>list("run = ?1 order by id", run).stream()
                .map(Attempt::of)
                .toList();
    }

    @GET
    @Path("keys/evidence")
    Key key() {
        return new Key(
                evidenceKey.keyId(), "Ed25519", evidenceKey.verifyingKey().toPem());
    }
}
