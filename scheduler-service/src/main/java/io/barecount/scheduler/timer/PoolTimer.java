package io.barecount.scheduler.timer;

import io.barecount.contracts.event.EventIds;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.SchedulerConfig;
import io.barecount.scheduler.pool.PoolInput;
import io.barecount.scheduler.pool.PoolState;
import io.barecount.scheduler.store.Pools;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Looks at what pools have to do. */
@ApplicationScoped
class PoolTimer {
    private static final Logger LOG = Logger.getLogger(PoolTimer.class);

    private final Pools pools;
    private final Stage<PoolState, PoolInput> stage;
    private final SchedulerConfig config;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("pool-timer").factory());

    PoolTimer(Pools pools, Stage<PoolState, PoolInput> stage, SchedulerConfig config) {
        this.pools = pools;
        this.stage = stage;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        var every = config.poolEvery().toMillis();
        timer.scheduleWithFixedDelay(this::poll, every, every, TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    private void poll() {
        try {
            var now = Instant.now();
            var seen = pools.toDo(now).stream()
                    .map(input -> {
                        var key = input.pool().toString();
                        return stage.submit(
                                new Input<>(key, input, EventIds.ofName("scheduler/" + key + "/" + now), null));
                    })
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(seen).join();
        } catch (RuntimeException e) {
            if (!timer.isShutdown()) {
                LOG.errorf(e, "looking at pools failed; again in %s", config.poolEvery());
            }
        }
    }
}
