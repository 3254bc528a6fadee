package io.barecount.scheduler.timer;

import io.barecount.contracts.event.EventIds;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.timer.Timers;
import io.barecount.scheduler.SchedulerConfig;
import io.barecount.scheduler.pool.PoolInput;
import io.barecount.scheduler.pool.PoolState;
import io.barecount.scheduler.store.Pools;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Looks at what pools have to do. */
@ApplicationScoped
class PoolTimer {

    private final Pools pools;
    private final Stage<PoolState, PoolInput> stage;
    private final SchedulerConfig config;

    PoolTimer(Pools pools, Stage<PoolState, PoolInput> stage, SchedulerConfig config) {
        this.pools = pools;
        this.stage = stage;
        this.config = config;
    }

    void start(@Observes StartupEvent event, Timers timers) {
        timers.every(config.poolEvery(), "looking at pools", this::poll);
    }

    private void poll() {
        var now = Instant.now();
        var seen = pools.toDo(now).stream()
                .map(input -> {
                    var key = input.pool().toString();
                    return stage.submit(new Input<>(key, input, EventIds.ofName("scheduler/" + key + "/" + now), null));
                })
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(seen).join();
    }
}
