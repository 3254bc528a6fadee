package io.barecount.agent;

import io.barecount.agent.Journal.Entry;
import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Bundle;
import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.NotProven;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * An agent that no network reaches: takes a bundle of permitted work as a file, executes each attempt in it once, however often it is asked
 * and whatever is killed when, and writes what came of it into a file, signed. Data stays where it is; only reports and logs go back.
 */
public final class AirGap {
    /** Of the bundle in its file. */
    static final String BUNDLE = "bundle.json";

    /** Folder of workloads in a bundle's file, named by digest. */
    static final String ARTIFACTS = "artifacts/";

    /** Of the signed results in their file. */
    static final String RESULTS = "results.json";

    /** Folder of logs in a results' file. */
    static final String LOGS = "logs/";

    private final Settings settings;
    private final Identity identity;
    private final Journal journal;
    private final Compiler compiler;
    private final Path done;

    AirGap(Settings settings, Identity identity) throws IOException {
        this.settings = settings;
        this.identity = identity;
        this.journal = new Journal(settings.data().resolve("claims"));
        this.compiler = new Compiler(settings.data().resolve("compiled"));
        this.done = Files.createDirectories(settings.data().resolve("carried"));
    }

    /**
     * {@code init GATEWAY-KEY} makes the agent's key and says whose bundles it takes; {@code run BUNDLE RESULTS} executes. Configured by the
     * variables of {@link Settings}, of which those of the network are not needed.
     */
    public static void main(String[] args) throws InterruptedException {
        try {
            var environment = new HashMap<>(System.getenv());
            environment.putIfAbsent("BARECOUNT_AGENT_GATEWAY", "none:nowhere");
            environment.putIfAbsent("BARECOUNT_AGENT_HEALTH_PORT", "0");
            environment.putIfAbsent("BARECOUNT_AGENT_SLOTS", "2");
            var settings = Settings.of(environment);
            var identity = Identity.open(settings.data());
            if (args.length == 2 && args[0].equals("init")) {
                identity.enrolled(Files.readString(Path.of(args[1])));
                System.out.println(settings.data().resolve("agent.pub.pem"));
            } else if (args.length == 3 && args[0].equals("run")) {
                var reports = new AirGap(settings, identity).run(Path.of(args[1]), Path.of(args[2]));
                System.out.println(args[2] + ": " + reports + " reports");
            } else {
                throw new IOException("expected: init GATEWAY-KEY, or run BUNDLE RESULTS");
            }
        } catch (IOException | IllegalArgumentException | NotProven e) {
            System.err.println("agent: " + e.getMessage());
            System.exit(1);
        }
    }

    /**
     * Returns when all of it has ended; the number of reports.
     *
     * @throws NotProven if the bundle is not for this agent, or not the gateway's
     */
    int run(Path file, Path results) throws IOException, InterruptedException {
        Bundle bundle;
        try (var zip = new ZipFile(file.toFile())) {
            bundle = Json.read(content(zip, BUNDLE), Envelope.class)
                    .verify(Bundle.TYPE, Bundle.class, List.of(identity.gatewayKey()));
            if (!bundle.agent().equals(settings.id())) {
                throw new NotProven("the bundle is for agent " + bundle.agent() + ", this is " + settings.id());
            }
            for (var item : bundle.items()) {
                placeArtifact(zip, item.offer());
            }
        }
        var folder = Files.createDirectories(done.resolve(bundle.id().toString()));
        execute(bundle, folder);
        var reports = new ArrayList<Bundle.Result>();
        for (var item : bundle.items()) {
            var report = report(folder, item.offer().attempt());
            if (Files.exists(report)) {
                reports.add(Json.read(Files.readString(report), Bundle.Result.class));
            }
        }
        write(new Bundle.Results(bundle.id(), settings.id(), reports), results);
        return reports.size();
    }

    private static byte[] content(ZipFile zip, String name) throws IOException {
        var entry = zip.getEntry(name);
        if (entry == null) {
            throw new IOException(zip.getName() + " has no " + name + ": it is no bundle");
        }
        try (var content = zip.getInputStream(entry)) {
            return content.readAllBytes();
        }
    }

    /** Where it is missing; what is executed is compared with the permitted digest again. */
    private void placeArtifact(ZipFile zip, Offer offer) throws IOException {
        var artifact = offer.spec().manifest().spec().workload().artifact();
        if (artifact == null) {
            return;
        }
        var brought = zip.getEntry(ARTIFACTS + artifact.digest().hex());
        if (brought == null) {
            return;
        }
        try {
            var place = Workplace.of(settings, offer.attempt()).inStorage(artifact.uri());
            if (Files.exists(place)) {
                return;
            }
            var bytes = content(zip, brought.getName());
            if (!Digest.of(bytes).equals(artifact.digest())) {
                throw new NotProven(
                        brought.getName() + " has digest " + Digest.of(bytes) + ", permitted is " + artifact.digest());
            }
            Files.createDirectories(place.getParent());
            Files.write(place, bytes);
        } catch (Workplace.Unusable e) {
            System.err.println("attempt " + offer.attempt() + ": " + e.getMessage());
        }
    }

    private void execute(Bundle bundle, Path folder) throws IOException, InterruptedException {
        var left = new HashMap<AttemptId, Entry>();
        journal.entries().forEach(entry -> left.put(entry.attempt(), entry));
        var slots = new Semaphore(settings.slots());
        var failures = new ArrayList<IOException>();
        try (var attempts = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var item : bundle.items()) {
                var offer = item.offer();
                var isOver = Clock.systemUTC().instant().isAfter(bundle.until());
                if (Files.exists(report(folder, offer.attempt())) || (isOver && !left.containsKey(offer.attempt()))) {
                    continue;
                }
                slots.acquire();
                attempts.submit(() -> {
                    try {
                        execute(item, left.get(offer.attempt()), folder);
                    } catch (IOException e) {
                        synchronized (failures) {
                            failures.add(e);
                        }
                    } finally {
                        slots.release();
                    }
                    return null;
                });
            }
        }
        for (var failure : failures) {
            throw failure;
        }
    }

    private void execute(Bundle.Item item, Entry left, Path folder) throws IOException, InterruptedException {
        var entry = left == null ? Entry.claiming(item.offer(), item.claimId()) : left;
        var execution = new Execution(settings, new Carrier(folder), journal, compiler, null, entry);
        if (left == null) {
            execution.run();
        } else {
            execution.resume();
        }
    }

    private static Path report(Path folder, AttemptId attempt) {
        return folder.resolve(attempt.toString().replace('/', '-') + ".json");
    }

    /** Grants what the bundle granted, and keeps the reports. */
    private final class Carrier implements Principal {
        private final Path folder;

        Carrier(Path folder) {
            this.folder = folder;
        }

        @Override
        public boolean claim(AttemptId attempt, Claim claim) {
            return true;
        }

        @Override
        public boolean report(Offer offer, Report report) {
            var result = new Bundle.Result(
                    offer.attempt(), report.sign(offer.attempt(), offer.spec().digest(), identity.key()));
            try {
                Journal.replace(AirGap.report(folder, offer.attempt()), Json.bytes(result));
                return true;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private void write(Bundle.Results results, Path file) throws IOException {
        var partial = file.resolveSibling(file.getFileName() + ".partial");
        try (var zip = new ZipOutputStream(Files.newOutputStream(partial))) {
            put(zip, RESULTS, Json.bytes(results.sign(identity.key())));
            for (var log : logs(results.reports()).entrySet()) {
                put(zip, LOGS + log.getKey(), Files.readAllBytes(log.getValue()));
            }
        }
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private Map<String, Path> logs(Collection<Bundle.Result> reports) {
        var logs = new HashMap<String, Path>();
        for (var result : reports) {
            var log = Workplace.of(settings, result.attempt()).log();
            if (Files.exists(log)) {
                logs.put(result.attempt().toString().replace('/', '-') + ".txt", log);
            }
        }
        return logs;
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }
}
