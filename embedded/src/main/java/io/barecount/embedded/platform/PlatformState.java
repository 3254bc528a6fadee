package io.barecount.embedded.platform;

import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What runs where, as the supervisor wrote it down.
 *
 * @param supervisor the process that started all others
 * @param ready whether all were healthy once since the start
 */
public record PlatformState(
        Running supervisor,
        boolean ready,
        String frontDoor,
        String broker,
        List<Running> processes,
        List<Database> databases,
        List<String> topics,
        List<Key> keys) {
    /**
     * @param started with {@code pid} it names a process for good: pids are used again
     * @param address null for one that listens nowhere
     */
    public record Running(String name, long pid, Instant started, String address, int restarts, String log) {
        private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

        static Running of(String name, ProcessHandle process, String address, int restarts, Path log) {
            return new Running(
                    name,
                    process.pid(),
                    process.info().startInstant().orElse(Instant.EPOCH),
                    address,
                    restarts,
                    log == null ? null : log.toString());
        }

        /** The JDK computes it from ticks since boot, and the time of boot moves when the clock is set. */
        private boolean isStart(Instant start) {
            return Duration.between(start, started).abs().compareTo(START_TOLERANCE) <= 0;
        }

        /** The process, if it still is the same one. */
        public Optional<ProcessHandle> process() {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(process ->
                            process.info().startInstant().map(this::isStart).orElse(false));
        }
    }

    public record Database(String name, String url, String user, String passwordFile) {}

    public record Key(String name, String algorithm, String keyId, String publicFile, String privateFile) {}

    public static Optional<PlatformState> read(DataDirectory data) throws IOException {
        return Files.exists(data.state())
                ? Optional.of(Json.read(Files.readString(data.state()), PlatformState.class))
                : Optional.empty();
    }

    void write(DataDirectory data) throws IOException {
        var partial = Files.createTempFile(data.run(), "platform", ".json");
        Files.writeString(partial, Json.text(this));
        Files.move(partial, data.state(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    public boolean isRunning() {
        return supervisor.process().isPresent();
    }
}
