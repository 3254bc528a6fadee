package io.barecount.agent;

import io.barecount.agent.Journal.Entry;
import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.agent.Report.Outcome;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.proof.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One attempt on this machine, from its claim to its report. {@link #resume} takes up one that an earlier life of the agent left, at the
 * step that its journal says.
 */
final class Execution {
    private static final int EXIT_POLL_MILLIS = 50;
    private static final Duration KILL_GRACE = Duration.ofSeconds(5);
    private static final int REASON_CHARACTERS_MAX = 600;

    private final Settings settings;
    private final Gateway gateway;
    private final Journal journal;
    private final Compiler compiler;
    private final Workplace workplace;
    private Entry entry;
    private Launch launch;
    private volatile ProcessHandle process;
    private volatile boolean stopWanted;

    Execution(Settings settings, Gateway gateway, Journal journal, Compiler compiler, Entry entry) {
        this.settings = settings;
        this.gateway = gateway;
        this.journal = journal;
        this.compiler = compiler;
        this.entry = entry;
        this.workplace = Workplace.of(settings, entry.attempt());
    }

    /** From the claim on. */
    void run() throws IOException, InterruptedException {
        journal.write(entry);
        resume();
    }

    void resume() throws IOException, InterruptedException {
        var report = switch (entry.step()) {
            case CLAIMING ->
                gateway.claim(
                                entry.attempt(),
                                new Claim(settings.id(), entry.offer().epoch(), entry.claimId()))
                        ? execute()
                        : null;
            case LAUNCHING ->
                Files.exists(workplace.exit())
                        ? outcome()
                        : failed(FailureClass.INTERRUPTED, "the agent was killed while it started the workload");
            case RUNNING -> adopt();
        };
        if (report != null) {
            var known = gateway.report(entry.attempt(), report);
            say(known ? "ended: " + report.outcome() : "ended: " + report.outcome() + ", and is not ours any more");
        } else {
            say("not ours");
        }
        journal.remove(entry.attempt());
    }

    private Report execute() throws IOException, InterruptedException {
        try {
            workplace.create();
            var artifact = workplace.artifact(entry.offer());
            var compiled = compiler.compile(
                    artifact,
                    entry.offer().spec().manifest().spec().workload().artifact().digest());
            launch = Launch.of(entry.offer(), workplace, settings, artifact, compiled);
        } catch (Workplace.Unusable e) {
            return failed(FailureClass.NOT_STARTED, e.getMessage());
        }
        entry = entry.launching(now());
        journal.write(entry);
        say("starting");
        Process started;
        try {
            started = launch.start(workplace, entry.offer().spec().payload());
        } catch (IOException e) {
            return failed(FailureClass.NOT_STARTED, "the process could not be started: " + e.getMessage());
        }
        process = started.toHandle();
        entry = entry.running(process);
        journal.write(entry);
        return await();
    }

    /** A process that an earlier life of the agent started: it may still run, have ended, or be gone with the machine. */
    private Report adopt() throws IOException, InterruptedException {
        try {
            launch = Launch.of(
                    entry.offer(),
                    workplace,
                    settings,
                    workplace.inStorage(entry.offer()
                            .spec()
                            .manifest()
                            .spec()
                            .workload()
                            .artifact()
                            .uri()),
                    null);
        } catch (Workplace.Unusable e) {
            return failed(FailureClass.INTERRUPTED, e.getMessage());
        }
        process = ProcessHandle.of(entry.pid())
                .filter(ProcessHandle::isAlive)
                .filter(candidate -> candidate
                        .info()
                        .startInstant()
                        .map(start -> start.equals(entry.processStart()))
                        .orElse(false))
                .orElse(null);
        say(process == null ? "found ended" : "found running, pid " + entry.pid());
        return await();
    }

    private Report await() throws IOException, InterruptedException {
        var timeout = entry.offer().spec().manifest().spec().execution().timeout();
        var deadline = entry.startedAt().plus(timeout);
        while (process != null && process.isAlive()) {
            if (stopWanted) {
                killTree();
                return report(Outcome.STOPPED, null, "stopped as asked", null);
            }
            if (now().isAfter(deadline)) {
                killTree();
                return report(Outcome.FAILED, FailureClass.TIMED_OUT, "stopped after its timeout of " + timeout, null);
            }
            TimeUnit.MILLISECONDS.sleep(EXIT_POLL_MILLIS);
        }
        return outcome();
    }

    private Report outcome() throws IOException {
        if (!Files.exists(workplace.exit())) {
            return failed(FailureClass.INTERRUPTED, "its process is gone and left no exit code");
        }
        var code = Integer.parseInt(Files.readString(workplace.exit()).strip());
        return code == 0
                ? report(Outcome.SUCCEEDED, null, null, code)
                : report(Outcome.FAILED, FailureClass.WORKLOAD_FAILED, "exit code " + code + lastWords(), code);
    }

    private Report failed(FailureClass failureClass, String reason) throws IOException {
        return report(Outcome.FAILED, failureClass, reason, null);
    }

    private Report report(Outcome outcome, FailureClass failureClass, String reason, Integer exitCode)
            throws IOException {
        var endedAt = Files.exists(workplace.exit())
                ? Files.getLastModifiedTime(workplace.exit()).toInstant()
                : now();
        Map<String, Digest> outputs = Map.of();
        if (outcome == Outcome.SUCCEEDED) {
            try {
                outputs = workplace.publish(entry.offer());
            } catch (Workplace.Unusable e) {
                throw new IOException(e);
            }
        }
        return new Report(
                settings.id(),
                entry.offer().epoch(),
                entry.claimId(),
                outcome,
                failureClass,
                reason,
                entry.startedAt(),
                entry.startedAt() == null || endedAt.isBefore(entry.startedAt()) ? now() : endedAt,
                exitCode,
                environment(),
                launch == null ? Map.of() : launch.applied(),
                launch == null ? "nothing was started" : launch.applied().get("network"),
                launch == null ? "nothing was started" : Launch.observed(workplace, launch.isolated()),
                Files.exists(workplace.log()) ? Digest.of(Files.readAllBytes(workplace.log())) : null,
                outputs);
    }

    private Map<String, String> environment() {
        var environment = new HashMap<String, String>();
        environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        environment.put("architecture", System.getProperty("os.arch"));
        environment.put("java", Runtime.version().toString());
        environment.put("user", System.getProperty("user.name"));
        if (entry.pid() != null) {
            environment.put("pid", Long.toString(entry.pid()));
        }
        return environment;
    }

    private String lastWords() throws IOException {
        if (!Files.exists(workplace.log())) {
            return "";
        }
        var log = new String(Files.readAllBytes(workplace.log()), StandardCharsets.UTF_8).strip();
        return log.isEmpty() ? "" : ": " + log.substring(Math.max(0, log.length() - REASON_CHARACTERS_MAX));
    }

    /** Asks it to end at the next look. */
    void stop() {
        stopWanted = true;
    }

    /** Ends the process and all that it started: first politely, then not. */
    private void killTree() throws InterruptedException {
        var tree = tree();
        tree.forEach(ProcessHandle::destroy);
        var deadline = System.nanoTime() + KILL_GRACE.toNanos();
        while (tree.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(EXIT_POLL_MILLIS);
        }
        tree.forEach(ProcessHandle::destroyForcibly);
    }

    /** At once, for the agent's own end; the next life of the agent reports it. */
    void killNow() {
        if (process != null) {
            tree().forEach(ProcessHandle::destroyForcibly);
        }
    }

    private List<ProcessHandle> tree() {
        return process == null
                ? List.of()
                : Stream.concat(Stream.of(process), process.descendants()).toList();
    }

    private void say(String what) {
        System.out.println(now() + " attempt " + entry.attempt() + " " + what);
    }

    private static Instant now() {
        return Clock.systemUTC().instant();
    }
}
