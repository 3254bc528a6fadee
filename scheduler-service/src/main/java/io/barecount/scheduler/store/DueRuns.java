package io.barecount.scheduler.store;

import io.barecount.contracts.event.EventIds;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.run.RunInput;
import io.barecount.scheduler.run.RunState;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Wakes runs whose retry is due. Due times are rows, so a restart forgets none; two instances waking the same run do no harm. */
@ApplicationScoped
class DueRuns {
    private static final Logger LOG = Logger.getLogger(DueRuns.class);
    private static final int EVERY_MILLIS = 200;
    private static final int BATCH_MAX = 500;

    private final Stage<RunState, RunInput> runs;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("due-runs").factory());

    DueRuns(Stage<RunState, RunInput> runs) {
        this.runs = runs;
    }

    void start(@Observes StartupEvent event) {
        timer.scheduleWithFixedDelay(this::wake, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    private void wake() {
        try {
            var now = Clock.systemUTC().instant();
            var due = QuarkusTransaction.requiringNew().call(() -> RunRow.due(now, BATCH_MAX));
            due.stream()
                    .map(row -> runs.submit(new Input<>(
                            row.id,
                            new RunInput.Due(),
                            EventIds.ofName(row.id + "/due/" + row.nextDueAt),
                            row.traceparent)))
                    .toList()
                    .forEach(done -> done.join());
        } catch (RuntimeException e) {
            LOG.errorf(e, "due retries could not be read or started; again in %d ms", EVERY_MILLIS);
        }
    }
}
