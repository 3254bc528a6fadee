package io.barecount.messaging.timer;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Has work done again and again, each on a thread of its own, until the service stops. A failure is logged, and ends nothing: the next
 * time tries again. What is to be done therefore stands elsewhere, such as in a database, and not in the work.
 */
@ApplicationScoped
public class Timers {
    private static final Logger LOG = Logger.getLogger(Timers.class);

    private final List<ScheduledExecutorService> threads = new ArrayList<>();
    private volatile boolean stopping;

    /**
     * Begins, the first time after the first pause.
     *
     * @param pause from the end of each time to the next
     * @param what it is, for logs: "looking for schedules that are due"
     */
    public synchronized void every(Duration pause, String what, Runnable work) {
        var thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name(what).factory());
        threads.add(thread);
        var millis = pause.toMillis();
        thread.scheduleWithFixedDelay(() -> once(pause, what, work), millis, millis, TimeUnit.MILLISECONDS);
    }

    private void once(Duration pause, String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            if (!stopping) {
                LOG.errorf(e, "%s failed; again in %s", what, pause);
            }
        }
    }

    synchronized void stop(@Observes ShutdownEvent event) {
        stopping = true;
        threads.forEach(ScheduledExecutorService::shutdownNow);
    }
}
