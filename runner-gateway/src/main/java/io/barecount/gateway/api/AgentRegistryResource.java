package io.barecount.gateway.api;

import io.barecount.access.Allow;
import io.barecount.access.Role;
import io.barecount.contracts.agent.Poll;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.VerifyingKey;
import io.barecount.gateway.agent.Agent.Rights;
import io.barecount.gateway.store.AgentRow;
import io.barecount.gateway.store.EnrolmentTokenRow;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** Which agents there are, and who may become one: for operators. */
@Path("/agents")
@Allow(value = Role.OPERATOR, in = Allow.Scope.PLATFORM)
@RunOnVirtualThread
@Transactional
class AgentRegistryResource {
    private static final Duration TOKEN_VALID = Duration.ofHours(1);
    private static final int TOKEN_BYTES = 32;

    private final SecureRandom random = new SecureRandom();

    /**
     * @param state ready, silent (not heard of yet), draining, air-gap (reached by files only) or revoked
     * @param capabilities what it said of itself with its last poll
     */
    record Known(
            String id,
            String state,
            String keyId,
            Rights rights,
            Instant enrolledAt,
            long session,
            String place,
            String version,
            Instant lastSeen,
            String reason,
            Poll capabilities) {
        static Known of(AgentRow row) {
            return new Known(
                    row.id,
                    state(row),
                    VerifyingKey.ofPem(row.publicKey).keyId(),
                    Json.read(row.rights, Rights.class),
                    row.enrolledAt,
                    row.session,
                    row.place,
                    row.agentVersion,
                    row.lastSeen,
                    row.revokedReason,
                    row.capabilities == null ? null : Json.read(row.capabilities, Poll.class));
        }

        private static String state(AgentRow row) {
            if (row.revokedAt != null) {
                return "revoked";
            }
            if (row.airGap) {
                return "air-gap";
            }
            if (row.draining) {
                return "draining";
            }
            return row.lastSeen == null ? "silent" : "ready";
        }
    }

    @GET
    @Allow(in = Allow.Scope.PLATFORM)
    public List<Known> agents() {
        return AgentRow.<AgentRow>list("order by id").stream().map(Known::of).toList();
    }

    /**
     * @param agent the only one that the token is for; null for any new one
     * @param valid for so long; an hour if null
     */
    record TokenRequest(String agent, Rights rights, Duration valid) {}

    record Token(String token, Instant until) {}

    /** A token by which one agent may enrol. It is shown this once. */
    @POST
    @Path("tokens")
    public Token token(TokenRequest request) {
        require(request.agent() == null ? "any" : request.agent(), request.rights());
        if (request.rights().airGap()) {
            throw Problem.of(
                            422,
                            "air-gap-enrolment",
                            "No token for an air gap",
                            "No network reaches an air-gapped agent: register its public key instead.")
                    .exception();
        }
        var bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        var token = "bce_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var until = Clock.systemUTC().instant().plus(request.valid() == null ? TOKEN_VALID : request.valid());
        EnrolmentTokenRow.make(token, request.agent(), request.rights(), until);
        return new Token(token, until);
    }

    /** @param publicKey PEM */
    record Registration(String publicKey, Rights rights) {}

    /** Makes an agent known by its public key, which somebody brought; or gives a known one another key. */
    @PUT
    @Path("{agent}")
    public Known register(@PathParam("agent") String id, Registration registration) {
        require(id, registration.rights());
        VerifyingKey key;
        try {
            key = VerifyingKey.ofPem(registration.publicKey());
        } catch (IllegalArgumentException | NullPointerException e) {
            throw bad("publicKey: " + e.getMessage());
        }
        AgentRow.admit(id, key, registration.rights(), Clock.systemUTC().instant());
        return Known.of(AgentRow.findById(id));
    }

    private static void require(String agent, Rights rights) {
        try {
            AgentNames.require(agent);
        } catch (IllegalArgumentException e) {
            throw bad(e.getMessage());
        }
        if (rights == null || rights.boundaries().isEmpty()) {
            throw bad(
                    "rights.boundaries says where the agent may work: names of boundaries, or * for all; found none.");
        }
        if (rights.airGap() && rights.everywhere()) {
            throw bad("An air-gapped agent has boundaries of its own, as what runs there goes by file; found *.");
        }
    }

    private static RuntimeException bad(String detail) {
        return Problem.of(422, "agent-registration", "No agent can be made known so", detail)
                .exception();
    }

    /** @param reason kept with it */
    record Because(String reason) {}

    /** It is given nothing new, and ends what it has. */
    @POST
    @Path("{agent}/drain")
    public Known drain(@PathParam("agent") String id) {
        return changed(id, row -> row.draining = true);
    }

    @POST
    @Path("{agent}/resume")
    public Known resume(@PathParam("agent") String id) {
        return changed(id, row -> row.draining = false);
    }

    /** Nothing that it says is heard any more: it ends what it runs, and what it held is lost when its lease is over. */
    @POST
    @Path("{agent}/revoke")
    public Known revoke(@PathParam("agent") String id, Because because) {
        if (because == null || because.reason() == null || because.reason().isBlank()) {
            throw bad("A revocation has a reason.");
        }
        return changed(id, row -> {
            if (row.revokedAt == null) {
                row.revokedAt = Clock.systemUTC().instant();
                row.revokedReason = because.reason();
            }
        });
    }

    private static Known changed(String id, java.util.function.Consumer<AgentRow> change) {
        var row = AgentRow.locked(id);
        if (row == null) {
            throw AgentWords.unknown(id);
        }
        change.accept(row);
        return Known.of(row);
    }
}
