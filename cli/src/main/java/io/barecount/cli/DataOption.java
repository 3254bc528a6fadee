package io.barecount.cli;

import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.PlatformState;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which platform a command speaks to. */
final class DataOption {
    private static final String DEFAULT = "data";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The platform's data directory (default: ${DEFAULT-VALUE}).",
            defaultValue = DEFAULT)
    private Path directory;

    DataDirectory directory() {
        return new DataDirectory(directory);
    }

    /** As other commands are to be given it, with a space before it; empty for the default. */
    String argument() {
        return directory.equals(Path.of(DEFAULT)) ? "" : " --data " + directory;
    }

    /** @throws IOException saying how to start one, if none runs here */
    PlatformState requireRunning() throws IOException {
        return PlatformState.read(directory())
                .filter(PlatformState::isRunning)
                .filter(PlatformState::ready)
                .orElseThrow(() -> new IOException("no platform runs over "
                        + directory().root() + ": start one with ./barecount up --data " + directory));
    }

    Client client() throws IOException {
        return new Client(requireRunning().frontDoor(), directory());
    }
}
