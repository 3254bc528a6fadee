package io.barecount.embedded.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An agent that no network reaches, as a process that ends when its work is done.
 *
 * @param home the project's directory, where the built programs lie
 * @param data its key, its journal and its workplaces
 * @param storage that {@code file:} references are relative to
 */
public record AirGappedAgent(Path home, String id, Path data, Path storage) {
    /** Its output goes where this process's goes. */
    public Process start(List<String> arguments) throws IOException {
        var builder = new ProcessBuilder(Installation.airGap(home, arguments)).inheritIO();
        builder.environment()
                .putAll(Map.of(
                        "BARECOUNT_AGENT_ID",
                        id,
                        "BARECOUNT_AGENT_DATA",
                        data.toAbsolutePath().toString(),
                        "BARECOUNT_AGENT_STORAGE",
                        storage.toAbsolutePath().toString(),
                        "BARECOUNT_AGENT_EGRESS",
                        Environment.egress()));
        return builder.start();
    }
}
