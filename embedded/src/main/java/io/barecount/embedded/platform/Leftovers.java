package io.barecount.embedded.platform;

import io.barecount.embedded.postgres.Postgres;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Processes of a platform whose supervisor was killed: they go on without one, and would stand in the next one's way. */
public final class Leftovers {
    private static final int GRACE_SECONDS = 20;

    private Leftovers() {}

    /** Ends them, by pid and start time; returns what was ended. */
    public static List<String> end(DataDirectory data) throws IOException {
        var state = PlatformState.read(data);
        if (state.isEmpty() || state.get().isRunning()) {
            return List.of();
        }
        var ended = new ArrayList<String>();
        var processes = new ArrayList<ProcessHandle>();
        for (var running : state.get().processes()) {
            running.process().ifPresent(process -> {
                ended.add(running.name() + " (pid " + running.pid() + ")");
                processes.add(process);
                if ("postgres".equals(running.name())) {
                    Postgres.interrupt(process);
                } else {
                    process.destroy();
                }
            });
        }
        for (var process : processes) {
            process.onExit()
                    .completeOnTimeout(process, GRACE_SECONDS, TimeUnit.SECONDS)
                    .thenAccept(late -> late.destroyForcibly())
                    .join();
        }
        return ended;
    }
}
