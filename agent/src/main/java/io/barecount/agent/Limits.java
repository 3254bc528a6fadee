package io.barecount.agent;

import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.manifest.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What keeps an attempt to its share of this machine, and what of it really holds here.
 *
 * @param command that is put before the workload's: it enters the limits, and becomes the workload
 * @param applied for the evidence
 */
record Limits(List<String> command, long diskKiB, Map<String, String> applied) {
    private static final long KIBIBYTES = 1024;
    private static final int FARGATE_UNITS = 1024;

    /** A limit of files is in units of 512 bytes (POSIX). */
    private static final int FILE_UNITS_OF_KIBIBYTE = 2;

    private static final String ALLOWED = "Cpus_allowed_list:";

    private static final String ENTER = """
        files=$1 memory=$2 groups=$3; shift 3
        for group in $groups; do
            echo $$ > "$group" || { echo "its control group could not be entered" > not-started; exit 125; }
        done
        [ -z "$memory" ] || ulimit -v "$memory"
        ulimit -f "$files"
        exec "$@"
        """;

    /** Where the next attempt's processors begin, so that attempts do not all share the first. */
    private static final AtomicInteger NEXT = new AtomicInteger();

    /** @throws Workplace.Unusable if it asks for more than this agent gives */
    static Limits of(Offer offer, Settings settings) throws Workplace.Unusable {
        var runner = offer.spec().manifest().spec().runner();
        var cgroup = Cgroup.of(settings, offer.attempt());
        var applied = new LinkedHashMap<String, String>();
        var disk = diskMiB(runner, settings, applied);
        var isMemoryOfAll = cgroup.limitMemory(runner.memoryMiB());
        var isShell = offer.spec().manifest().spec().workload().runtime() == Manifest.Runtime.SHELL;
        applied.put(
                "memory",
                isMemoryOfAll
                        ? runner.memoryMiB() + "MiB of all its processes (cgroup v" + cgroup.version() + ")"
                        : isShell
                                ? runner.memoryMiB() + "MiB of addresses of each process (ulimit), not of all together"
                                : "not limited but for the heap: no control group can be made here");
        var bound = limitProcessors(runner, cgroup, applied);
        var command = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                ENTER,
                "barecount-workload",
                Long.toString(kibibytes(disk) * FILE_UNITS_OF_KIBIBYTE),
                isMemoryOfAll || !isShell ? "" : Long.toString(kibibytes(runner.memoryMiB())),
                String.join(" ", cgroup.entrances())));
        command.addAll(bound);
        return new Limits(command, kibibytes(disk), applied);
    }

    /** What it may write: as much as it asks for, else as much as the agent gives. */
    static int diskMiB(Manifest.Runner runner, Settings settings) {
        var asked = runner.onprem() == null ? null : runner.onprem().diskMiB();
        return asked == null ? settings.diskMiB() : asked;
    }

    /**
     * As {@link #diskMiB(Manifest.Runner, Settings)}.
     *
     * @param applied gets it, for the evidence
     * @throws Workplace.Unusable if it asks for more than this agent gives
     */
    static int diskMiB(Manifest.Runner runner, Settings settings, Map<String, String> applied)
            throws Workplace.Unusable {
        var disk = diskMiB(runner, settings);
        if (disk > settings.diskMiB()) {
            throw new Workplace.Unusable("it asks for " + disk + " MiB of disk (runner.onprem.diskMiB), and agent "
                    + settings.id() + " gives " + settings.diskMiB() + " (BARECOUNT_AGENT_DISK_MIB)");
        }
        applied.put(
                "disk",
                disk
                        + "MiB: what it writes into its workplace is measured each second, and no file anywhere may be"
                        + " larger; other places that its user may write to are not measured");
        return disk;
    }

    static long kibibytes(int mebibytes) {
        return mebibytes * KIBIBYTES;
    }

    /** What has to stand before the workload's command for it. */
    private static List<String> limitProcessors(Manifest.Runner runner, Cgroup cgroup, Map<String, String> applied) {
        var wanted = processors(runner);
        var there = Runtime.getRuntime().availableProcessors();
        if (wanted == null) {
            applied.put("cpu", "not limited: a runner of this type declares none");
        } else if (cgroup.limitProcessors(wanted)) {
            applied.put("cpu", wanted + " processors of all its processes (cgroup v" + cgroup.version() + ")");
        } else if (wanted >= there) {
            applied.put("cpu", "all " + there + " processors of the machine");
        } else if (Programs.isInstalled("taskset")) {
            var count = (int) Math.ceil(wanted);
            var first = NEXT.getAndAdd(count);
            var ours = processorsOfThisProcess(there);
            var which = IntStream.range(first, first + count)
                    .mapToObj(i -> ours.get(Math.floorMod(i, ours.size())).toString())
                    .distinct()
                    .collect(Collectors.joining(","));
            applied.put(
                    "cpu", "bound to processor " + which + " of " + there + " (taskset), which a workload can undo");
            return List.of("taskset", "-c", which);
        } else {
            applied.put("cpu", "not limited: no control group can be made here, and there is no taskset");
        }
        return List.of();
    }

    /** By number, which in a container need not begin with 0. */
    private static List<Integer> processorsOfThisProcess(int there) {
        try (var status = Files.lines(Path.of("/proc/self/status"))) {
            return status.filter(line -> line.startsWith(ALLOWED))
                    .flatMap(line -> Arrays.stream(
                            line.substring(ALLOWED.length()).strip().split(",")))
                    .flatMap(range -> {
                        var ends = range.split("-");
                        return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                                .boxed();
                    })
                    .toList();
        } catch (IOException | UncheckedIOException notLinux) {
            return IntStream.range(0, there).boxed().toList();
        }
    }

    private static Double processors(Manifest.Runner runner) {
        return switch (runner.type()) {
            case ONPREM -> (double) runner.onprem().cpu();
            case FARGATE -> (double) runner.fargate().cpu() / FARGATE_UNITS;
            case LAMBDA, GLUE, EC2, AUTO -> null;
        };
    }
}
