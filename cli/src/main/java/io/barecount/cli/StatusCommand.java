package io.barecount.cli;

import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.PlatformState;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Says what runs where: addresses, processes, databases, topics, keys. Exit code 1 if nothing does.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private DataOption data;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        var state = PlatformState.read(data.directory());
        if (state.isEmpty()) {
            System.out.println(
                    json
                            ? Json.text(Map.of("running", false))
                            : "No platform runs over " + data.directory().root() + ".");
            return 1;
        }
        var running = state.get().isRunning();
        if (json) {
            var document = Json.tree(state.get());
            ((com.fasterxml.jackson.databind.node.ObjectNode) document).put("running", running);
            System.out.println(document.toPrettyString());
        } else {
            if (!running) {
                System.out.println(
                        "The supervisor was killed. What it left runs on without one: ./barecount down ends it, ./barecount up takes over.\n");
            }
            System.out.print(table(state.get()));
        }
        return running ? 0 : 1;
    }

    static String table(PlatformState state) {
        var processes = new Table("PROCESS", "PID", "STATE", "ADDRESS", "RESTARTS", "LOG");
        processes.add("supervisor", state.supervisor().pid(), alive(state.supervisor()), "", "", "");
        for (var process : state.processes()) {
            processes.add(
                    process.name(),
                    process.pid(),
                    alive(process),
                    process.address(),
                    process.restarts(),
                    process.log());
        }
        var databases = new Table("DATABASE", "URL", "USER", "PASSWORD IN");
        state.databases().forEach(d -> databases.add(d.name(), d.url(), d.user(), d.passwordFile()));
        var keys = new Table("KEY", "ALGORITHM", "KEY ID", "PUBLIC", "PRIVATE");
        state.keys().forEach(k -> keys.add(k.name(), k.algorithm(), k.keyId(), k.publicFile(), k.privateFile()));
        return (state.ready() ? "" : "Starting: not all of it is there yet.\n\n") + "Front door  "
                + (state.frontDoor() == null ? "not yet" : state.frontDoor()) + "\nBroker      " + state.broker()
                + "\n\n" + processes + "\n"
                + databases + "\n" + keys + "\nTopics: " + String.join(", ", state.topics()) + "\n";
    }

    private static String alive(PlatformState.Running process) {
        return process.process().isPresent() ? "running" : "dead";
    }
}
