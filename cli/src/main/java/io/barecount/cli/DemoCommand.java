package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.cli.access.Access;
import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.Platform;
import io.barecount.embedded.platform.PlatformState;
import io.barecount.verifier.LedgerVerifier;
import io.barecount.verifier.LogSource;
import io.barecount.verifier.Trust;
import io.barecount.verifier.Verdict;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Runs the main job, end to end, on real input; starts the platform if it is not up.")
final class DemoCommand implements Callable<Integer> {
    @Mixin
    private DataOption data;

    @Option(
            names = "--json",
            description = "One JSON document on standard output; everything else goes to standard error.")
    private boolean json;

    @Option(names = "--keep", description = "Leave the platform up.")
    private boolean keep;

    private final long began = System.nanoTime();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var running = PlatformState.read(data.directory())
                .filter(PlatformState::isRunning)
                .filter(PlatformState::ready);
        if (running.isPresent()) {
            say("the platform is up already: " + running.get().frontDoor());
            return demonstrate(running.get().frontDoor());
        }
        if (keep) {
            return demonstrate(startApart());
        }
        try (var platform =
                Platform.start(new Platform.Options(Home.directory(), data.directory(), null, Map.of(), this::say))) {
            var stop = new Thread(platform::close, "stop");
            Runtime.getRuntime().addShutdownHook(stop);
            return demonstrate(platform.state().frontDoor());
        }
    }

    /** A platform that outlives this command: {@code up} in a process of its own. */
    private String startApart() throws IOException, InterruptedException {
        var log = data.directory().root().resolve("logs/supervisor.log");
        Files.createDirectories(log.getParent());
        var up = new ProcessBuilder(
                        "setsid",
                        Home.directory().resolve("barecount").toString(),
                        "up",
                        "--data",
                        data.directory().root().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        say("starting the platform; its supervisor's log is " + log);
        while (up.isAlive()) {
            var state = PlatformState.read(data.directory())
                    .filter(PlatformState::isRunning)
                    .filter(PlatformState::ready);
            if (state.isPresent()) {
                say("the platform is up: " + state.get().frontDoor());
                return state.get().frontDoor();
            }
            Thread.sleep(200);
        }
        throw new IOException("the platform did not start; see " + log);
    }

    private int demonstrate(String frontDoor) throws IOException, InterruptedException {
        var job = new MainJob(
                new Client(frontDoor, data.directory()),
                Home.directory().resolve("examples"),
                data.directory(),
                this::say);
        var outcome = job.run();
        var verdict = verify(frontDoor, data.directory());
        var seconds = (System.nanoTime() - began) / 1e9;
        if (json) {
            System.out.println(document(outcome, verdict, seconds).toPrettyString());
        } else {
            print(outcome, verdict, seconds);
        }
        return outcome.problems().isEmpty() && verdict.verified() ? 0 : 1;
    }

    private static Verdict verify(String frontDoor, DataDirectory data) throws IOException {
        var trust = Trust.ofLog(
                Files.readString(data.keys().resolve("origin")).strip(),
                Files.readString(data.keys().resolve("checkpoint.pub.pem")));
        return new LedgerVerifier(LogSource.ofServer(URI.create(frontDoor + "/ledger"), Access.own(data)), trust)
                .verify(Optional.empty());
    }

    /** How many entries are as they were signed. */
    private static long verified(Verdict verdict) {
        return verdict.verified()
                ? verdict.size()
                : verdict.entriesByTopic().values().stream()
                                .mapToLong(Long::longValue)
                                .sum()
                        - verdict.findings().stream()
                                .filter(finding -> finding.entry() != null)
                                .count();
    }

    private static ObjectNode document(MainJob.Outcome outcome, Verdict verdict, double seconds) {
        var document = Json.mapper().createObjectNode();
        var runs = document.putArray("runs");
        for (var record : outcome.runs()) {
            var run = runs.addObject();
            run.set("run", record.path("run"));
            run.set("name", record.path("pipeline"));
            for (var field : List.of("runner", "provider", "network", "boundary", "state", "tasks")) {
                run.set(field, record.get(field));
            }
            run.set("estimate", record.path("estimate").get("likely"));
            for (var field : List.of("cost", "entries", "reason")) {
                run.set(field, record.get(field));
            }
        }
        var ledger = document.putObject("ledger");
        ledger.put("size", verdict.size()).put("root", verdict.root()).put("verified", verified(verdict));
        document.put("seconds", Math.round(seconds * 10) / 10.0);
        return document;
    }

    private static void print(MainJob.Outcome outcome, Verdict verdict, double seconds) {
        System.out.println();
        System.out.print(RunsCommand.table(outcome.runs()));
        System.out.println();
        for (var record : outcome.runs()) {
            if (record.hasNonNull("reason")) {
                System.out.println(record.path("pipeline").asText() + " "
                        + record.path("state").asText() + ": "
                        + record.path("reason").asText());
            }
        }
        outcome.notes().forEach(System.out::println);
        outcome.problems().forEach(problem -> System.out.println("NOT AS FORESEEN  " + problem));
        verdict.findings().forEach(finding -> System.out.println("NOT PROVEN  " + finding.problem()));
        System.out.printf(
                "Ledger: %d entries, %d verified, root %s%n%.1f s%n",
                verdict.size(), verified(verdict), verdict.root(), seconds);
    }

    private void say(String line) {
        System.err.printf("[%5.1f s] %s%n", (System.nanoTime() - began) / 1e9, line);
    }

    static String state(JsonNode record) {
        return record.path("state").asText();
    }
}
