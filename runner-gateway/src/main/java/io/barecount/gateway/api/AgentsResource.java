package io.barecount.gateway.api;

import com.fasterxml.uuid.Generators;
import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.contracts.agent.Beat;
import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Poll;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.Json;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.attempt.AttemptInput;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.gateway.store.AgentRow;
import io.barecount.gateway.store.Arrivals;
import io.barecount.gateway.store.AttemptRow;
import io.barecount.gateway.store.Leases;
import io.barecount.messaging.http.Problem;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** What agents say, and what is known of them. */
@Path("/")
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
    @Path("agents")
    @Transactional
    List<Agent> agents() {
        return AgentRow.<AgentRow>listAll().stream()
                .map(row -> new Agent(
                        row.id,
                        row.lastSeen,
                        row.capabilities.isEmpty() ? null : Json.read(row.capabilities, Poll.class)))
                .toList();
    }

    /** Held until there is work, or {@code barecount.gateway.poll-max} is over. */
    @POST
    @Path("agents/{agent}/poll")
    List<Offer> poll(@PathParam("agent") String agent, Poll poll) throws InterruptedException {
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
    @Path("agents/{agent}/beat")
    Beat.Answer beat(@PathParam("agent") String agent, Beat beat) {
        return new Beat.Answer(leases.beat(agent, new HashSet<>(beat.holding())));
    }

    /** 200 if it is this agent's now; 409 if it never will be: then it must not be executed. */
    @POST
    @Path("attempts/{run}/{index}/{number}/claim")
    Response claim(
            @PathParam("run") String run, @PathParam("index") int index, @PathParam("number") int number, Claim claim) {
        var attempt = attempt(run, index, number);
        var state = attempts.submit(new Input<>(
                        attempt.toString(),
                        new AttemptInput.Claimed(claim),
                        EventIds.ofName(attempt + "/claim/" + claim.claimId()),
                        null))
                .join();
        return state instanceof AttemptState.Claimed claimed
                        && claimed.claimId().equals(claim.claimId())
                ? Response.ok(claim).build()
                : refused("claim-refused", attempt, "is not this agent's to execute")
                        .response();
    }

    /** 200 if it is known now; 409 if the attempt is not this agent's any more. */
    @POST
    @Path("attempts/{run}/{index}/{number}/report")
    Response report(
            @PathParam("run") String run,
            @PathParam("index") int index,
            @PathParam("number") int number,
            Report report) {
        var attempt = attempt(run, index, number);
        var state = attempts.submit(new Input<>(
                        attempt.toString(),
                        new AttemptInput.Reported(report),
                        EventIds.ofName(attempt + "/report/" + report.claimId()),
                        null))
                .join();
        return state instanceof AttemptState.Ended ended && report.claimId().equals(ended.claimId())
                ? Response.ok(report.outcome()).build()
                : refused("report-refused", attempt, "has ended, or was claimed again")
                        .response();
    }

    private static AttemptId attempt(String run, int index, int number) {
        try {
            return RunId.parse(run).task(index).attempt(number);
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, "attempt-id", "No attempt id", e.getMessage()).exception();
        }
    }

    private static Problem refused(String code, AttemptId attempt, String why) {
        return Problem.of(409, code, "Refused", "Attempt " + attempt + " " + why + ".");
    }
}
