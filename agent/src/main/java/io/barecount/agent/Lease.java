package io.barecount.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;

/**
 * Until when workloads may run: the gateway takes them for lost, and has them done again elsewhere, when it has not heard of this agent for
 * its lease. The guard beside each workload reads the file, so that this holds although the agent is stopped or killed.
 *
 * @param file with the deadline, in whole seconds of {@link #clock}
 */
record Lease(Path file) {
    private static final Path UPTIME = Path.of("/proc/uptime");
    private static final Duration MARGIN_MAX = Duration.ofSeconds(15);

    /** How long before a lease is over workloads are ended, so that they are gone when it is. */
    static Duration margin(Duration lease) {
        var half = lease.dividedBy(2);
        return half.compareTo(MARGIN_MAX) < 0 ? half : MARGIN_MAX;
    }

    /** What workloads are given to end by themselves when their time is over. */
    static Duration grace(Duration lease) {
        return margin(lease).dividedBy(3);
    }

    /** Seconds, of a clock that goes on while the machine sleeps and that nobody sets, where there is one. */
    static long clock() throws IOException {
        return Files.isReadable(UPTIME)
                ? Long.parseLong(Files.readString(UPTIME).split("[. ]", 2)[0])
                : Clock.systemUTC().instant().getEpochSecond();
    }

    /** @param since {@link #clock} when the gateway was asked */
    void renew(long since, Duration lease) throws IOException {
        var partial = file.resolveSibling(file.getFileName() + ".partial");
        Files.writeString(
                partial,
                (since + lease.minus(margin(lease)).toSeconds()) + " "
                        + Math.max(1, grace(lease).toSeconds()) + "\n");
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
