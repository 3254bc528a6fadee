package io.barecount.gateway.api;

import com.fasterxml.uuid.Generators;
import io.barecount.contracts.agent.Beat;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Poll;
import io.barecount.contracts.event.Json;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.attempt.AttemptInput;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.gateway.store.AgentRow;
import io.barecount.gateway.store.Arrivals;
import io.barecount.gateway.store.AttemptRow;
import io.barecount.gateway.store.Leases;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Agents: who they are, and what they ask for. */
@Path("/agents")
@RunOnVirtualThread
class AgentsResource {
    /** Work that came in at another instance of this service is looked for this often. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Stage<AttemptState, AttemptInput> attempts;
    private final Leases leases;
    private final Arrivals arrivals;
    private final GatewayConfig config;

    AgentsResource(Stage<AttemptState, AttemptInput> attempts, Leases leases, Arrivals arrivals, GatewayConfig config) {
        this.attempts = attempts;
        this.leases = leases;
        this.arrivals = arrivals;
        this.config = config;
    }

    record Agent(String id, Instant lastSeen, Poll capabilities) {}

    @GET
    @Transactional
    public List<Agent> agents() {
        return AgentRow.<AgentRow>listAll().stream()
                .map(row -> new Agent(
                        row.id,
                        row.lastSeen,
                        row.capabilities.isEmpty() ? null : Json.read(row.capabilities, Poll.class)))
                .toList();
    }

    /** Held until there is work, or {@code barecount.gateway.poll-max} is over. */
    @POST
    @Path("{agent}/poll")
    public List<Offer> poll(@PathParam("agent") String agent, Poll poll) throws InterruptedException {
        var until = Clock.systemUTC().instant().plus(config.pollMax());
        QuarkusTransaction.requiringNew()
                .run(() -> AgentRow.seen(agent, Clock.systemUTC().instant(), Json.text(poll)));
        while (true) {
            var seen = arrivals.count();
            var offers = offers(agent, poll);
            var left = Duration.between(Clock.systemUTC().instant(), until);
            if (!offers.isEmpty() || !left.isPositive()) {
                return offers;
            }
            arrivals.await(seen, left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
        }
    }

    private List<Offer> offers(String agent, Poll poll) {
        var now = Clock.systemUTC().instant();
        var types = poll.runnerTypes().stream()
                .map(type -> Json.tree(type).asText())
                .toList();
        var ids = QuarkusTransaction.requiringNew()
                .call(() -> AttemptRow.offerable(types, poll.boundaries(), now, poll.free()));
        var deadline = now.plus(config.offerValidity());
        var answers = ids.stream()
                .map(id -> attempts.submit(new Input<>(
                        id,
                        new AttemptInput.Offer(agent, deadline),
                        Generators.timeBasedEpochGenerator().generate(),
                        null)))
                .toList();
        var offers = new ArrayList<Offer>();
        for (var answer : answers) {
            if (answer.join() instanceof AttemptState.Offered offered
                    && offered.agent().equals(agent)
                    && offered.deadline().equals(deadline)) {
                var work = offered.work();
                offers.add(new Offer(
                        work.attempt(),
                        offered.epoch(),
                        work.spec(),
                        work.slice(),
                        work.merge(),
                        work.boundary(),
                        deadline));
            }
        }
        return offers;
    }

    @POST
    @Path("{agent}/beat")
    public Beat.Answer beat(@PathParam("agent") String agent, Beat beat) {
        return new Beat.Answer(leases.beat(agent, new HashSet<>(beat.holding())), config.agentLease());
    }
}
