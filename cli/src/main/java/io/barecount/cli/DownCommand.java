package io.barecount.cli;

import io.barecount.embedded.platform.Leftovers;
import io.barecount.embedded.platform.PlatformState;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Stops the platform; returns when nothing is left running.")
final class DownCommand implements Callable<Integer> {
    private static final int STOP_SECONDS_MAX = 240;

    @Mixin
    private DataOption data;

    @Override
    public Integer call() throws Exception {
        var state = PlatformState.read(data.directory());
        if (state.isEmpty()) {
            System.out.println("No platform runs over " + data.directory().root() + ".");
            return 0;
        }
        var supervisor = state.get().supervisor().process();
        if (supervisor.isPresent()) {
            stop(supervisor.get());
        } else {
            for (var ended : Leftovers.end(data.directory())) {
                System.out.println("ended " + ended + ", left over from a platform that was killed");
            }
            Files.deleteIfExists(data.directory().state());
        }
        System.out.println("Stopped; nothing is left running.");
        return 0;
    }

    private static void stop(ProcessHandle supervisor) throws Exception {
        System.out.println("Stopping the platform (supervisor pid " + supervisor.pid() + ") ...");
        supervisor.destroy();
        try {
            supervisor.onExit().get(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException("the supervisor did not stop within " + STOP_SECONDS_MAX + " s", e);
        }
    }
}
