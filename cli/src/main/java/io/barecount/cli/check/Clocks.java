package io.barecount.cli.check;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether clocks agree: permits, leases and deadlines are compared across machines. */
final class Clocks {
    private static final Duration SKEW_MAX = Duration.ofSeconds(5);

    private Clocks() {}

    /**
     * @param there the other clock, read between the two times here
     * @param coarse by how much the other clock's answer is rounded down
     */
    static Optional<Finding> compare(String area, Instant there, Instant before, Instant after, Duration coarse) {
        var ahead = Duration.between(after, there);
        var behind = Duration.between(there.plus(coarse), before);
        var skew = ahead.compareTo(behind) > 0 ? ahead : behind;
        return skew.compareTo(SKEW_MAX) > 0
                ? Optional.of(Finding.wrong(
                        area,
                        "its clock is " + skew.toSeconds() + " s "
                                + (ahead.compareTo(behind) > 0 ? "ahead of" : "behind") + " this machine's",
                        "run a time service on both; permits and agents' leases are refused beyond a minute"))
                : Optional.empty();
    }
}
