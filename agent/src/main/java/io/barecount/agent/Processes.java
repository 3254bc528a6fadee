package io.barecount.agent;

import io.barecount.agent.Journal.Launched;
import io.barecount.contracts.AttemptId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The processes of one attempt. Where there is a {@code /proc} they are known by what they carry, the attempt's id in their
 * environment, so that those are found too whose parent has died.
 */
record Processes(AttemptId attempt, Path directory) {
    static final String MARK = "BARECOUNT_ATTEMPT";

    private static final Path PROC = Path.of("/proc");
    private static final Duration START_TOLERANCE = Duration.ofSeconds(2);
    private static final int LOOK_MILLIS = 20;

    /**
     * The attempt's first process, if it is alive and really is that one: process ids are used again.
     *
     * @return null if it is gone
     */
    ProcessHandle first(Launched launched) {
        if (launched.pid() == null) {
            return null;
        }
        return ProcessHandle.of(launched.pid())
                .filter(ProcessHandle::isAlive)
                .filter(process -> isOurs(process, launched))
                .orElse(null);
    }

    /** By its working directory, which no other attempt has; elsewhere by when it was started. */
    private boolean isOurs(ProcessHandle process, Launched launched) {
        if (Files.isDirectory(PROC.resolve("self"))) {
            try {
                return Files.readSymbolicLink(PROC.resolve(process.pid() + "/cwd"))
                        .equals(directory.toRealPath());
            } catch (IOException e) {
                return false;
            }
        }
        var started = process.info().startInstant().orElse(null);
        return started != null
                && launched.processStart() != null
                && Duration.between(started, launched.processStart()).abs().compareTo(START_TOLERANCE) <= 0;
    }

    /** Ends all of them: asks first, and after the grace does not ask any more. */
    void end(ProcessHandle first, Duration grace) throws InterruptedException {
        var deadline = System.nanoTime() + grace.toNanos();
        var asked = new HashSet<ProcessHandle>();
        var alive = alive(first);
        while (!alive.isEmpty() && System.nanoTime() < deadline) {
            alive.stream().filter(asked::add).forEach(ProcessHandle::destroy);
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            alive = alive(first);
        }
        kill(first);
    }

    /** At once; looks again until there is none, as one may start another meanwhile. */
    void kill(ProcessHandle first) throws InterruptedException {
        var deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        var alive = alive(first);
        while (!alive.isEmpty() && System.nanoTime() < deadline) {
            alive.forEach(ProcessHandle::destroyForcibly);
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            alive = alive(first);
        }
    }

    private Set<ProcessHandle> alive(ProcessHandle first) {
        var found = new HashSet<ProcessHandle>();
        if (first != null) {
            found.add(first);
            first.descendants().forEach(found::add);
        }
        found.addAll(marked());
        found.removeIf(process -> !process.isAlive());
        return found;
    }

    List<ProcessHandle> marked() {
        var mark = MARK + "=" + attempt + "\0";
        var marked = new ArrayList<ProcessHandle>();
        if (!Files.isDirectory(PROC.resolve("self"))) {
            return marked;
        }
        try (var processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (var process : processes) {
                if (environment(process).contains(mark)) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(marked::add);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            System.err.println("attempt " + attempt + ": processes can't be listed: " + e);
        }
        return marked;
    }

    /** Empty for one that has ended meanwhile or belongs to somebody else. */
    private static String environment(Path process) {
        try {
            return "\0" + Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
