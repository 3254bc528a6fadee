package io.barecount.embedded.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** As whom PostgreSQL is run: it refuses to run as root. */
enum LaunchUser {
    /** An ordinary user runs it as he is. */
    SELF(List.of()),
    /** Root runs it in a user namespace of its own, where it is nobody. */
    NAMESPACE(List.of("unshare", "-U")),
    /** Root without user namespaces runs it as nobody. */
    NOBODY(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));

    private final List<String> prefix;

    LaunchUser(List<String> prefix) {
        this.prefix = prefix;
    }

    static LaunchUser detect() throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return SELF;
        }
        for (var candidate : List.of(NAMESPACE, NOBODY)) {
            if (works(candidate.command(List.of("true")))) {
                return candidate;
            }
        }
        throw new IOException(
                "PostgreSQL refuses to run as root, and neither a user namespace (" + String.join(" ", NAMESPACE.prefix)
                        + ") nor another user (" + String.join(" ", NOBODY.prefix)
                        + ") can be had here: run as an ordinary user, or install util-linux");
    }

    private static boolean works(List<String> command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    List<String> command(List<String> command) {
        var all = new ArrayList<>(prefix);
        all.addAll(command);
        return all;
    }

    /** Makes a path this user's own, where he is not the one who made it. */
    void own(Path path) throws IOException {
        if (this == NOBODY) {
            Files.setAttribute(path, "unix:uid", 65534);
        }
    }
}
