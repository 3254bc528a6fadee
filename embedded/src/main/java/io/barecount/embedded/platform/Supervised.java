package io.barecount.embedded.platform;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** One process that is started again, with growing delay, whenever it ends before it is told to, or says that it can't go on. */
final class Supervised {
    private static final Duration FIRST_DELAY = Duration.ofMillis(250);
    private static final Duration DELAY_MAX = Duration.ofSeconds(10);
    private static final int DEATHS_AT_START_MAX = 5;
    private static final Duration STEADY = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final int LOOKS_IN_VAIN_MAX = 4;

    /** Starts the process; may take until it is ready. */
    interface Starter {
        Process start() throws IOException, InterruptedException;
    }

    /**
     * @param ready it can be used
     * @param live it can still become ready by itself; asked once it has been ready
     */
    record Probes(BooleanSupplier ready, BooleanSupplier live) {
        static final Probes NONE = new Probes(() -> true, () -> true);
    }

    private final String name;
    private final Starter starter;
    private final Probes probes;
    private final Listener listener;
    private final Runnable changed;
    private volatile Process process;
    private volatile boolean stopping;
    private volatile boolean replacing;
    private volatile int restarts;

    /** @param changed called after each start */
    Supervised(String name, Starter starter, Probes probes, Listener listener, Runnable changed) {
        this.name = name;
        this.starter = starter;
        this.probes = probes;
        this.listener = listener;
        this.changed = changed;
    }

    void start() throws IOException, InterruptedException {
        process = starter.start();
        changed.run();
        Thread.ofVirtual().name("supervise-" + name).start(this::supervise);
    }

    private void supervise() {
        var delay = FIRST_DELAY;
        while (!stopping) {
            var current = process;
            var began = System.nanoTime();
            try {
                var code = awaitEndOrHang(current);
                if (stopping) {
                    return;
                }
                if (replacing) {
                    restart();
                    replacing = false;
                    continue;
                }
                delay = System.nanoTime() - began > STEADY.toNanos() ? FIRST_DELAY : delay;
                listener.said("%s (pid %d) died with exit code %d, restarting in %.2f s"
                        .formatted(name, current.pid(), code, delay.toMillis() / 1e3));
                TimeUnit.MILLISECONDS.sleep(delay.toMillis());
                delay = delay.multipliedBy(2).compareTo(DELAY_MAX) < 0 ? delay.multipliedBy(2) : DELAY_MAX;
                restart();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private int awaitEndOrHang(Process current) throws InterruptedException {
        var inVain = 0;
        var wasReady = false;
        while (!current.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            wasReady = wasReady || probes.ready().getAsBoolean();
            inVain = stopping || !wasReady || probes.live().getAsBoolean() ? 0 : inVain + 1;
            if (inVain == LOOKS_IN_VAIN_MAX) {
                listener.said("%s (pid %d) is not live any more and is killed; its log says why"
                        .formatted(name, current.pid()));
                current.destroyForcibly();
            }
        }
        return current.exitValue();
    }

    private synchronized void restart() throws InterruptedException {
        if (stopping) {
            return;
        }
        try {
            restarts++;
            process = starter.start();
            changed.run();
        } catch (IOException e) {
            listener.said(name + " could not be restarted: " + e.getMessage());
        }
    }

    /**
     * @throws TimeoutException if it is not ready in time
     * @throws IOException if it dies again and again instead
     */
    void awaitReady(Duration most) throws InterruptedException, TimeoutException, IOException {
        var deadline = System.nanoTime() + most.toNanos();
        var before = restarts;
        while (replacing || !probes.ready().getAsBoolean()) {
            if (stopping) {
                throw new IOException("the platform was stopped while " + name + " was starting");
            }
            if (restarts - before >= DEATHS_AT_START_MAX) {
                throw new IOException(
                        name + " died " + (restarts - before) + " times before it was ready; its log says why");
            }
            if (System.nanoTime() > deadline) {
                throw new TimeoutException(name + " was not ready within " + most.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Ends it politely, and starts it anew as its starter does by now; {@link #awaitReady} tells when that can be used. */
    void replace(Duration most) {
        replacing = true;
        process.destroy();
        awaitEnd(most);
    }

    /** From now on its end is no accident. */
    synchronized void expectEnd() {
        stopping = true;
    }

    void terminate() {
        expectEnd();
        if (process != null) {
            process.destroy();
        }
    }

    /** Waits for its end, then no longer. */
    void awaitEnd(Duration most) {
        if (process == null) {
            return;
        }
        try {
            if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
                listener.said("%s (pid %d) did not stop within %d s and is killed"
                        .formatted(name, process.pid(), most.toSeconds()));
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String name() {
        return name;
    }

    Process process() {
        return process;
    }

    int restarts() {
        return restarts;
    }
}
