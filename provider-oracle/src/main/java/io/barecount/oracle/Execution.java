package io.barecount.oracle;

import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** A started thing, until it ends and after. The first ending counts. */
final class Execution {
    private static final System.Logger LOG = System.getLogger(Execution.class.getName());

    /**
     * @param exitCode null if the provider lost it
     * @param code the provider's word for what happened, null for a plain exit
     */
    record Ending(Integer exitCode, boolean stopped, String code, String reason, Instant at) {
        static Ending exit(int exitCode, String reason) {
            return new Ending(exitCode, false, null, reason, Instant.now());
        }

        static Ending stop(String reason) {
            return new Ending(null, true, null, reason, Instant.now());
        }

        static Ending loss(String code, String reason) {
            return new Ending(null, false, code, reason, Instant.now());
        }

        boolean good() {
            return exitCode != null && exitCode == 0;
        }
    }

    private final Started started;
    private final Calls.Birth birth;
    private final CompletableFuture<Ending> ended = new CompletableFuture<>();
    private volatile Thread thread;
    private volatile boolean abandoned;

    Execution(Started started, Calls.Birth birth) {
        this.started = started;
        this.birth = birth;
    }

    Started started() {
        return started;
    }

    Calls.Birth birth() {
        return birth;
    }

    /** Waits for it. */
    Ending await() throws InterruptedException {
        try {
            return ended.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    void whenEnded(Consumer<Ending> then) {
        var unused = ended.thenAccept(then).exceptionally(e -> {
            LOG.log(Level.ERROR, "the oracle failed after the end of " + started.id(), e);
            return null;
        });
    }

    Optional<Ending> ending() {
        return Optional.ofNullable(ended.getNow(null));
    }

    boolean running() {
        return !ended.isDone();
    }

    /** Ends it, unless it has ended; says whether it did. */
    boolean end(Ending ending) {
        var first = ended.complete(ending);
        interrupt();
        return first;
    }

    void run(Workload workload) {
        thread = Thread.ofVirtual().name(started.id()).unstarted(() -> {
            var ending = endingOf(workload);
            if (!abandoned) {
                ended.complete(ending);
            }
        });
        thread.start();
    }

    /** Interrupts it; it will never have ended. */
    void abandon() {
        abandoned = true;
        interrupt();
    }

    private void interrupt() {
        var running = thread;
        if (running != null && running != Thread.currentThread()) {
            running.interrupt();
        }
    }

    private Ending endingOf(Workload workload) {
        try {
            return Ending.exit(workload.run(started), null);
        } catch (InterruptedException e) {
            return Ending.exit(130, "interrupted");
        } catch (Exception | AssertionError e) {
            return Ending.exit(1, e.toString());
        }
    }
}
