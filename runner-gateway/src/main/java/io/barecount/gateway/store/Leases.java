package io.barecount.gateway.store;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.agent.Agent;
import io.barecount.gateway.attempt.AttemptInput;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Watches over agents: what one of them claimed and can't be holding any more is lost, and said so. */
@ApplicationScoped
public class Leases {
    private static final Logger LOG = Logger.getLogger(Leases.class);

    /** A claim may be on its way into the agent's next list. */
    private static final Duration CLAIM_SETTLES = Duration.ofSeconds(10);

    private final Stage<AttemptState, AttemptInput> attempts;
    private final Duration lease;
    private final Instant upSince = Clock.systemUTC().instant();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("leases").factory());

    Leases(Stage<AttemptState, AttemptInput> attempts, GatewayConfig config) {
        this.attempts = attempts;
        this.lease = config.agentLease();
    }

    void start(@Observes StartupEvent event) {
        timer.scheduleWithFixedDelay(this::loseSilent, 1, 1, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    /**
     * An agent was heard of. Returns what it should stop.
     *
     * @param holding all that it has
     */
    public List<AttemptId> beat(Agent agent, Set<AttemptId> holding) {
        var now = Clock.systemUTC().instant();
        var claimed = QuarkusTransaction.requiringNew().call(() -> {
            AgentRow.seen(agent.id(), now, null);
            return AttemptRow.claimedBy(agent.id());
        });
        var lost = claimed.stream()
                .filter(row -> !holding.contains(AttemptId.parse(row.id))
                        && row.since.isBefore(now.minus(CLAIM_SETTLES))
                        && agent.hasLost(row.since, now, lease))
                .toList();
        lose(lost, "agent " + agent.id() + " no longer knows of it");
        return claimed.stream()
                .filter(row -> row.stopWanted)
                .map(row -> AttemptId.parse(row.id))
                .toList();
    }

    /** A gateway that was away itself gives agents a whole lease to be heard of again. */
    private void loseSilent() {
        try {
            var now = Clock.systemUTC().instant();
            if (upSince.plus(lease).isAfter(now)) {
                return;
            }
            var silent = QuarkusTransaction.requiringNew().call(() -> AttemptRow.claimedBySilent(now.minus(lease)));
            lose(silent, "its agent was not heard of for " + lease);
            loseCarried(now);
        } catch (RuntimeException e) {
            LOG.errorf(e, "the watch over agents failed; again in a second");
        }
    }

    /** What was exported and not imported in time: whether it ran, nobody here can say. */
    private void loseCarried(Instant now) {
        QuarkusTransaction.requiringNew().call(() -> AttemptRow.carriedUntil(now)).stream()
                .map(row -> attempts.submit(new Input<>(
                        row.id,
                        new AttemptInput.GivenUp(
                                FailureClass.LOST_TRACK,
                                "exported in bundle " + row.bundle + ", and nothing was imported of it until "
                                        + row.since),
                        EventIds.ofName(row.id + "/carried-until/" + row.since),
                        row.traceparent)))
                .toList()
                .forEach(done -> done.join());
    }

    private void lose(List<AttemptRow> rows, String reason) {
        rows.stream()
                .map(row -> attempts.submit(new Input<>(
                        row.id,
                        new AttemptInput.Lost(row.agent, reason),
                        EventIds.ofName(row.id + "/lost"),
                        row.traceparent)))
                .toList()
                .forEach(done -> done.join());
    }
}
