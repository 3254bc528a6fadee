package io.barecount.manifest.timer;

import io.barecount.manifest.ManifestConfig;
import io.barecount.manifest.store.WindowHandover;
import io.barecount.manifest.store.Windows;
import io.barecount.messaging.timer.Timers;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Closes windows that are due, whoever opened them, and hands on those that somebody closed and did not hand on. */
@ApplicationScoped
class WindowTimer {
    private static final Duration LEFT_BEHIND = Duration.ofSeconds(5);
    private static final Duration FORGETS_EVERY = Duration.ofMinutes(10);

    private final Windows windows;
    private final WindowHandover handover;
    private final ManifestConfig config;
    private final Clock clock = Clock.systemUTC();

    WindowTimer(Windows windows, WindowHandover handover, ManifestConfig config) {
        this.windows = windows;
        this.handover = handover;
        this.config = config;
    }

    void start(@Observes StartupEvent event, Timers timers) {
        timers.every(config.windowsEvery(), "closing windows that are due", this::closeDue);
        timers.every(LEFT_BEHIND, "handing on windows that were left behind", this::handOnLeftBehind);
        timers.every(
                FORGETS_EVERY,
                "forgetting deliveries",
                () -> windows.forgetDeliveries(clock.instant().minus(config.deliveriesKnownFor())));
    }

    private void closeDue() {
        var handed = windows.due(clock.instant()).stream()
                .map(windows::closeDue)
                .map(closed -> closed.thenCompose(runs -> CompletableFuture.allOf(
                        runs.stream().map(handover::handOn).toArray(CompletableFuture[]::new))))
                .toList();
        CompletableFuture.allOf(handed.toArray(CompletableFuture[]::new)).join();
    }

    private void handOnLeftBehind() {
        var handed = handover.leftBehind(LEFT_BEHIND, clock.instant()).stream()
                .map(handover::handOn)
                .toList();
        CompletableFuture.allOf(handed.toArray(CompletableFuture[]::new)).join();
    }
}
