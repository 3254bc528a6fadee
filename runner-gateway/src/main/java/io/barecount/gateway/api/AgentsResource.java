package io.barecount.gateway.api;

import com.fasterxml.uuid.Generators;
import io.barecount.access.Proven;
import io.barecount.contracts.agent.Beat;
import io.barecount.contracts.agent.Enrolment;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Poll;
import io.barecount.contracts.agent.Session;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.VerifyingKey;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.agent.Agent;
import io.barecount.gateway.agent.EnrolmentToken;
import io.barecount.gateway.attempt.AttemptInput;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.gateway.store.AgentRow;
import io.barecount.gateway.store.Arrivals;
import io.barecount.gateway.store.AttemptRow;
import io.barecount.gateway.store.EnrolmentTokenRow;
import io.barecount.gateway.store.Leases;
import io.barecount.messaging.http.Problem;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** What agents say of themselves, and what they ask for; all of it signed. */
@Path("/agents/{agent}")
@Proven(by = "the signature of the agent's key")
@RunOnVirtualThread
class AgentsResource {
    /** Work that came in at another instance of this service is looked for this often. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Stage<AttemptState, AttemptInput> attempts;
    private final Leases leases;
    private final Arrivals arrivals;
    private final AgentWords words;
    private final SigningKey gatewayKey;
    private final GatewayConfig config;

    AgentsResource(
            Stage<AttemptState, AttemptInput> attempts,
            Leases leases,
            Arrivals arrivals,
            AgentWords words,
            SigningKey gatewayKey,
            GatewayConfig config) {
        this.attempts = attempts;
        this.leases = leases;
        this.arrivals = arrivals;
        this.words = words;
        this.gatewayKey = gatewayKey;
        this.config = config;
    }

    /** Signed by the key that it makes known. The same again is answered again. */
    @POST
    @Path("enrol")
    public Enrolment.Answer enrol(@PathParam("agent") String id, Envelope envelope) {
        Enrolment enrolment;
        VerifyingKey key;
        try {
            enrolment = Json.fromTree(AgentWords.peek(envelope).body(), Enrolment.class);
            key = VerifyingKey.ofPem(enrolment.publicKey());
            AgentNames.require(id);
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, "agent-request", "No enrolment", e.getMessage())
                    .exception();
        }
        try {
            QuarkusTransaction.requiringNew().run(() -> admit(id, key, enrolment.token(), envelope));
        } catch (Agent.Refused e) {
            throw AgentWords.problem(e);
        }
        return new Enrolment.Answer(id, gatewayKey.verifyingKey().toPem());
    }

    private void admit(String id, VerifyingKey key, String token, Envelope envelope) {
        var now = now();
        var row = token == null ? null : EnrolmentTokenRow.locked(token);
        if (row == null) {
            throw EnrolmentToken.unknown();
        }
        var known = AgentRow.locked(id);
        var rights = row.token().rights();
        new Agent(id, key, rights, 0, null, null, null, false, null)
                .heard(envelope, "/agents/" + id + "/enrol", now, config.agentClockSkew());
        if (row.token().admits(id, key, known == null ? null : known.agent(), now)) {
            AgentRow.admit(id, key, rights, now);
            row.usedBy = key.keyId();
        }
    }

    @POST
    @Path("session")
    public Session.Answer session(@PathParam("agent") String id, Envelope envelope) {
        try {
            return QuarkusTransaction.requiringNew().call(() -> {
                var now = now();
                var row = AgentRow.locked(id);
                if (row == null) {
                    throw AgentWords.unknown(id);
                }
                var agent = row.agent();
                var request = agent.heard(envelope, "/agents/" + id + "/session", now, config.agentClockSkew());
                var asked = Json.fromTree(request.body(), Session.class);
                row.session = agent.nextSession(asked.place(), now, config.agentLease());
                row.place = asked.place();
                row.agentVersion = asked.version();
                row.sessionSince = now;
                row.lastSeen = now;
                return new Session.Answer(row.session, config.agentLease());
            });
        } catch (Agent.Refused e) {
            throw AgentWords.problem(e);
        }
    }

    /** Held until there is work, or {@code barecount.gateway.poll-max} is over. */
    @POST
    @Path("poll")
    public List<Offer> poll(@PathParam("agent") String id, Envelope envelope) throws InterruptedException {
        var heard = words.hear(envelope, "/agents/" + id + "/poll", Poll.class);
        var agent = heard.agent();
        var poll = agent.entitled(heard.body());
        var until = now().plus(config.pollMax());
        QuarkusTransaction.requiringNew().run(() -> AgentRow.seen(id, now(), Json.text(heard.body())));
        while (true) {
            var seen = arrivals.count();
            var offers = agent.draining() ? List.<Offer>of() : offers(agent, poll);
            var left = Duration.between(now(), until);
            if (!offers.isEmpty() || !left.isPositive()) {
                return offers;
            }
            arrivals.await(seen, left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
            if (!words.isStillHeard(agent)) {
                return List.of();
            }
        }
    }

    private List<Offer> offers(Agent agent, Poll poll) {
        var now = now();
        var ids = QuarkusTransaction.requiringNew().call(() -> AttemptRow.offerable(poll, now));
        var deadline = now.plus(config.offerValidity());
        var answers = ids.stream()
                .map(id -> attempts.submit(new Input<>(
                        id,
                        new AttemptInput.Offer(agent.id(), deadline),
                        Generators.timeBasedEpochGenerator().generate(),
                        null)))
                .toList();
        var offers = new ArrayList<Offer>();
        for (var answer : answers) {
            if (answer.join() instanceof AttemptState.Offered offered
                    && offered.agent().equals(agent.id())
                    && offered.deadline().equals(deadline)) {
                offers.add(offered.work().offer(offered.epoch(), deadline));
            }
        }
        return offers;
    }

    @POST
    @Path("beat")
    public Beat.Answer beat(@PathParam("agent") String id, Envelope envelope) {
        var heard = words.hear(envelope, "/agents/" + id + "/beat", Beat.class);
        return new Beat.Answer(
                leases.beat(heard.agent(), new HashSet<>(heard.body().holding())), config.agentLease());
    }

    private static Instant now() {
        return Clock.systemUTC().instant();
    }
}
