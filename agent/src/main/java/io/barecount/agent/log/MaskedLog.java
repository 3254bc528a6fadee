package io.barecount.agent.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Stands between a workload that was given secrets and its log. A process of its own, so that it goes on when the agent is killed; it knows
 * the secrets as the workload does, from its environment.
 */
public final class MaskedLog {
    /** Names of the variables that hold secrets. */
    public static final String NAMES = "BARECOUNT_SECRETS";

    private static final int PART = 64 * 1024;

    private MaskedLog() {}

    /** {@code LOG BYTES}: writes what comes in to the file, up to so many bytes; what is beyond is read, and dropped. */
    public static void main(String[] args) throws IOException {
        var left = Long.parseLong(args[1]);
        var mask = new Mask(Arrays.stream(System.getenv(NAMES).split(","))
                .map(System::getenv)
                .toList());
        var part = new byte[PART];
        try (var log = Files.newOutputStream(Path.of(args[0]))) {
            while (true) {
                var read = System.in.read(part);
                var shown = read < 0 ? mask.end() : mask.next(part, read);
                var length = (int) Math.min(left, shown.length);
                log.write(shown, 0, length);
                left -= length;
                if (read < 0) {
                    return;
                }
            }
        }
    }
}
