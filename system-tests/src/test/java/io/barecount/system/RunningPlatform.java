package io.barecount.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.PlatformState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The platform, as {@code ./barecount up} starts it. */
final class RunningPlatform {
    static final Duration PATIENCE = Duration.ofMinutes(8);

    private final DataDirectory data;
    private final Path directory;
    private final Process process;

    private RunningPlatform(DataDirectory data, Path directory, Process process) {
        this.data = data;
        this.directory = directory;
        this.process = process;
    }

    /** Returns when it is up. */
    static RunningPlatform start(DataDirectory data, Path directory, Map<String, String> environment, String... options)
            throws IOException {
        var arguments = new ArrayList<>(List.of("up", "--data", data.root().toString()));
        arguments.addAll(List.of(options));
        var errors = directory.resolve("up.err");
        var process =
                Launcher.start(directory.resolve("up.out"), errors, environment, arguments.toArray(String[]::new));
        await().atMost(PATIENCE).until(() -> !process.isAlive() || isReady(data));
        assertThat(process.isAlive()).as(Files.readString(errors)).isTrue();
        return new RunningPlatform(data, directory, process);
    }

    private static boolean isReady(DataDirectory data) throws IOException {
        return PlatformState.read(data)
                .filter(PlatformState::isRunning)
                .filter(PlatformState::ready)
                .isPresent();
    }

    PlatformState state() throws IOException {
        return PlatformState.read(data).orElseThrow();
    }

    /** By the signal that no process survives; returns when the supervisor has started it again. */
    void kill(String service) throws IOException {
        var before = pid(service);
        ProcessHandle.of(before).orElseThrow().destroyForcibly();
        awaitAgain(service, before);
    }

    long pid(String service) throws IOException {
        return running(service).pid();
    }

    /** Until the supervisor has started it again. */
    void awaitAgain(String service, long before) {
        await().atMost(PATIENCE)
                .until(() -> running(service).pid() != before
                        && running(service).process().isPresent());
    }

    private PlatformState.Running running(String service) throws IOException {
        return state().processes().stream()
                .filter(one -> one.name().equals(service))
                .findFirst()
                .orElseThrow();
    }

    /** All at once, the supervisor too, as when the machine loses its power. */
    void killAll() throws IOException, InterruptedException {
        var state = state();
        process.destroyForcibly().waitFor();
        var all = new ArrayList<ProcessHandle>();
        state.processes()
                .forEach(one -> one.process().ifPresent(handle -> {
                    handle.descendants().forEach(all::add);
                    all.add(handle);
                }));
        all.forEach(ProcessHandle::destroyForcibly);
        await().atMost(PATIENCE).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Nothing of it is left running. */
    void stop() throws IOException, InterruptedException {
        var state = state();
        var down =
                Launcher.run(directory, PATIENCE, "down", "--data", data.root().toString());
        assertThat(down.exitCode()).as(down.errors()).isZero();
        assertThat(state.processes())
                .allSatisfy(one -> assertThat(one.process()).as(one.name()).isEmpty());
        process.waitFor();
    }
}
