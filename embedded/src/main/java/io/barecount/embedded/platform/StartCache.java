package io.barecount.embedded.platform;

import io.barecount.contracts.proof.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a JVM learnt at an earlier start of the same program, so that the next one is quicker: an ahead-of-time cache (JDK 25 and newer)
 * or a class-data archive. It is written when the first process ends, and made anew for another build or another JDK.
 */
final class StartCache {
    private static final int AOT_SINCE = 25;

    /** Set to {@code off}, no cache is used or made: where a platform lives just once, making one takes longer than it saves. */
    private static final String SWITCH = "BARECOUNT_START_CACHES";

    private final Path directory;
    private final boolean makes;

    /** @param makes whether caches are made; if not, those that are there are used: several processes would write to one file */
    StartCache(Path directory, boolean makes) {
        this.directory = directory;
        this.makes = makes;
    }

    /** An installation that belongs to someone else: what is there is used, nothing is made. */
    private boolean isWritable() {
        if (!makes) {
            return false;
        }
        try {
            Files.createDirectories(directory);
            return Files.isWritable(directory);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * JVM options that use the cache, or make it.
     *
     * @param program the jar whose build the cache is good for
     */
    List<String> options(String name, Path program) throws IOException {
        if (isOff()) {
            return List.of();
        }
        var file = file(name, program);
        if (!isWritable() && !Files.exists(file)) {
            return List.of();
        }
        if (Runtime.version().feature() < AOT_SINCE) {
            return List.of(
                    "-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + file, "-Xlog:cds=off", "-Xshare:auto");
        }
        return Files.exists(file)
                ? List.of("-XX:AOTCache=" + file, "-Xlog:aot=off", "-Xlog:cds=off")
                : List.of("-XX:AOTCacheOutput=" + file, "-Xlog:aot=off", "-Xlog:cds=off");
    }

    /** Whether the next process of this program will write a cache when it ends, which takes it some seconds. */
    boolean isMissing(String name, Path program) throws IOException {
        return !isOff() && isWritable() && !Files.exists(file(name, program));
    }

    private static boolean isOff() {
        return "off".equals(System.getenv(SWITCH));
    }

    private Path file(String name, Path program) throws IOException {
        var build = Files.getLastModifiedTime(program).toMillis() + "/" + Files.size(program) + "/" + program + "/"
                + System.getProperty("java.vm.version");
        var wanted = directory.resolve(name + "-" + Digest.of(build).hex().substring(0, 12) + ".cache");
        if (!isWritable()) {
            return wanted;
        }
        try (var others = Files.newDirectoryStream(directory, name + "-*.cache*")) {
            for (var other : others) {
                if (!other.equals(wanted)
                        && !other.getFileName()
                                .toString()
                                .startsWith(wanted.getFileName().toString())) {
                    Files.deleteIfExists(other);
                }
            }
        }
        return wanted;
    }
}
