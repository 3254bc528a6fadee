package io.barecount.messaging.stage;

import io.barecount.messaging.outbox.Outbox;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the stages of a service, stops them with it, and knows whether they make progress. */
@ApplicationScoped
public class Stages {
    private record Running(String name, Supplier<String> failing, AutoCloseable handle) {}

    private final Outbox outbox;
    private final String service;
    private final MeterRegistry metrics;
    private final List<Running> running = new ArrayList<>();

    Stages(Outbox outbox, @ConfigProperty(name = "quarkus.application.name") String service, MeterRegistry metrics) {
        this.outbox = outbox;
        this.service = service;
        this.metrics = metrics;
    }

    public synchronized <S, I> Stage<S, I> stage(AggregateStore<S, ?> store, Decide<S, I> decide) {
        return stage(service, store, decide, null);
    }

    /**
     * A stage beside others of the same service.
     *
     * @param name by which metrics and logs tell it from them
     * @param afterBatch what it finds to do by itself; null for nothing
     */
    public synchronized <S, I> Stage<S, I> stage(
            String name, AggregateStore<S, ?> store, Decide<S, I> decide, Stage.AfterBatch<I> afterBatch) {
        var stage = new Stage<>(service, name, store, decide, afterBatch, outbox, Clock.systemUTC(), metrics);
        running.add(new Running(name, stage::failing, stage));
        return stage;
    }

    /** A loop for a service whose state is not kept per key. */
    public synchronized <T> StageLoop<T> loop(String name, StageLoop.Work<T> work, int batchMax) {
        var loop = new StageLoop<>(name, outbox, work, batchMax, metrics).start();
        running.add(new Running(name, loop::failing, loop));
        return loop;
    }

    /** For the {@code source} of events that a service states outside a stage. */
    public String source() {
        return "/barecount/" + service;
    }

    synchronized void stop(@Observes ShutdownEvent event) throws Exception {
        for (var stage : running) {
            stage.handle().close();
        }
    }

    /** What fails at present, stage by stage; empty while all make progress. */
    synchronized List<String> failures() {
        return running.stream()
                .flatMap(stage -> Stream.ofNullable(stage.failing().get()).map(why -> stage.name() + ": " + why))
                .toList();
    }
}
