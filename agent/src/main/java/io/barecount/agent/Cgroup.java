package io.barecount.agent;

import io.barecount.contracts.AttemptId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The control groups of one attempt: the kernel's limits on all its processes together. There are some where the agent may make them: as
 * root, or below a group that was delegated to its user.
 *
 * @param version of the kernel's interface, 1 or 2; with 2, {@code memory} and {@code cpu} are one group
 */
record Cgroup(int version, Path memory, Path cpu) {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String PROCESSES = "cgroup.procs";
    private static final String OOM_KILLS = "oom_kill ";
    private static final long MEBIBYTE = 1024 * 1024;
    private static final int PERIOD_MICROS = 100_000;

    /** Of an attempt of this agent; nothing is made yet. */
    static Cgroup of(Settings settings, AttemptId attempt) {
        var own = settings.cgroup() + "/" + attempt.toString().replace('/', '-');
        return Files.exists(ROOT.resolve("cgroup.controllers"))
                ? new Cgroup(2, ROOT.resolve(own), ROOT.resolve(own))
                : new Cgroup(
                        1,
                        ROOT.resolve("memory").resolve(own),
                        ROOT.resolve("cpu").resolve(own));
    }

    /** Whether it holds from now on, for all that enters. */
    boolean limitMemory(int memoryMiB) {
        var bytes = Long.toString(memoryMiB * MEBIBYTE);
        var limited =
                make(memory) && write(memory, Map.of(version == 2 ? "memory.max" : "memory.limit_in_bytes", bytes));
        write(
                memory,
                version == 2
                        ? Map.of("memory.swap.max", "0", "memory.oom.group", "1")
                        : Map.of("memory.memsw.limit_in_bytes", bytes));
        return limited;
    }

    /** Whether it holds from now on, for all that enters. */
    boolean limitProcessors(double processors) {
        var quota = Long.toString(Math.round(processors * PERIOD_MICROS));
        return make(cpu)
                && write(
                        cpu,
                        version == 2
                                ? Map.of("cpu.max", quota + " " + PERIOD_MICROS)
                                : Map.of(
                                        "cpu.cfs_period_us",
                                        Integer.toString(PERIOD_MICROS),
                                        "cpu.cfs_quota_us",
                                        quota));
    }

    /** What a process writes its id to, to enter. */
    List<String> entrances() {
        return directories()
                .map(directory -> directory.resolve(PROCESSES).toString())
                .toList();
    }

    /** How many processes the kernel ended as there was no memory left for them. */
    long killed() {
        return lines(memory.resolve(version == 2 ? "memory.events" : "memory.oom_control"))
                .filter(line -> line.startsWith(OOM_KILLS))
                .mapToLong(line -> Long.parseLong(line.substring(OOM_KILLS.length())))
                .sum();
    }

    /** The most that all its processes had at once, in MiB; 0 where the kernel does not say. */
    long peakMiB() {
        return lines(memory.resolve(version == 2 ? "memory.peak" : "memory.max_usage_in_bytes"))
                .mapToLong(line -> (Long.parseLong(line) + MEBIBYTE - 1) / MEBIBYTE)
                .sum();
    }

    /** When nothing is in it any more; else it stays. */
    void remove() {
        directories().forEach(directory -> {
            try {
                Files.delete(directory);
            } catch (IOException e) {
                System.err.println("cgroup: " + directory + " stays: " + e.getMessage());
            }
        });
    }

    private Stream<Path> directories() {
        return Stream.of(memory, cpu).distinct().filter(Files::isDirectory);
    }

    private boolean make(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException notOurs) {
            return false;
        }
        if (version == 2) {
            for (var above = ROOT;
                    !above.equals(directory);
                    above = above.resolve(above.relativize(directory).getName(0))) {
                write(above, Map.of("cgroup.subtree_control", "+memory +cpu"));
            }
        }
        return Files.isWritable(directory.resolve(PROCESSES));
    }

    private static boolean write(Path directory, Map<String, String> values) {
        try {
            for (var value : values.entrySet()) {
                Files.writeString(directory.resolve(value.getKey()), value.getValue(), StandardOpenOption.WRITE);
            }
            return true;
        } catch (IOException notThere) {
            return false;
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException notThere) {
            return Stream.empty();
        }
    }
}
