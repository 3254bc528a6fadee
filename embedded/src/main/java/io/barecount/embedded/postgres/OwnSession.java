package io.barecount.embedded.postgres;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Commands in a terminal session of their own: a Ctrl-C there reaches the supervisor, which stops its processes in their order. */
public final class OwnSession {
    private static final List<Path> SETSID = List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));

    private OwnSession() {}

    /** The command itself, where there is no {@code setsid}. The process keeps the pid that it was started with. */
    public static List<String> command(List<String> command) {
        var prefixed = new ArrayList<String>();
        SETSID.stream().filter(Files::isExecutable).findFirst().ifPresent(setsid -> prefixed.add(setsid.toString()));
        prefixed.addAll(command);
        return prefixed;
    }
}
