package io.barecount.gateway.drive;

import io.barecount.contracts.manifest.RunnerType;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.attempt.Attempts.Provider;
import io.barecount.gateway.runner.Runner.Running;
import io.barecount.gateway.store.AttemptRow;
import io.barecount.messaging.timer.Timers;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Ends what a provider still runs though its attempt has ended: it can have no effect any more, but it costs. What is of no attempt that
 * is known here is left alone, whatever name it carries.
 */
@ApplicationScoped
public class Reap {
    private static final Logger LOG = Logger.getLogger(Reap.class);

    /** Where nothing was driven for so long, nothing is looked for. */
    private static final Duration LOOK_BACK = Duration.ofDays(7);

    private static final List<RunnerType> LEFT_RUNNING = List.of(RunnerType.FARGATE, RunnerType.EC2);

    private final Runners runners;
    private final GatewayConfig config;

    Reap(Runners runners, GatewayConfig config) {
        this.runners = runners;
        this.config = config;
    }

    void start(@Observes StartupEvent event, Timers timers) {
        if (config.provider() == Provider.AWS) {
            timers.every(config.drive().reapEvery(), "looking for what was left running", this::reap);
        }
    }

    private void reap() {
        var since = Clock.systemUTC().instant().minus(LOOK_BACK);
        for (var region : QuarkusTransaction.requiringNew().call(() -> AttemptRow.regions(since))) {
            LEFT_RUNNING.forEach(type -> reap(type, region));
        }
    }

    private void reap(RunnerType type, String region) {
        try {
            var runner = runners.of(type);
            var running = runner.running(region);
            var ids = running.stream().map(Running::attempt).toList();
            var settled = Clock.systemUTC().instant().minus(config.drive().reapEvery());
            var ended = QuarkusTransaction.requiringNew().call(() -> AttemptRow.ended(ids, settled));
            running.stream().filter(one -> ended.contains(one.attempt())).forEach(one -> {
                LOG.warnf(
                        "%s still runs in %s though attempt %s has ended: it is ended",
                        one.handle(), region, one.attempt());
                runner.end(one);
            });
        } catch (RuntimeException e) {
            LOG.warnf("what %s runs in %s can't be asked now: %s", type, region, e.getMessage());
        }
    }
}
