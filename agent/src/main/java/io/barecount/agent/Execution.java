package io.barecount.agent;

import io.barecount.agent.Journal.Ending;
import io.barecount.agent.Journal.Entry;
import io.barecount.agent.Journal.Launched;
import io.barecount.agent.Journal.Step;
import io.barecount.agent.egress.Passage;
import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.agent.Report.Outcome;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.proof.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One attempt on this machine, from its claim to its report. {@link #resume} takes up one that an earlier life of the agent left, at the
 * step that its journal says: whatever was killed when, the workload is started at most once.
 */
final class Execution {
    private static final int EXIT_POLL_MILLIS = 50;
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** What a shell says of a process that SIGXFSZ (25) ended. */
    private static final int FILE_TOO_LARGE = 128 + 25;

    private final Settings settings;
    private final Principal principal;
    private final Journal journal;
    private final Compiler compiler;
    private final Workplace workplace;
    private final Processes processes;
    private final Lease lease;
    private final Cgroup cgroup;
    private Entry entry;
    private Passage passage;
    private volatile Ending wanted;

    /** @param lease that the workload must not outlive; null for none */
    Execution(Settings settings, Principal principal, Journal journal, Compiler compiler, Lease lease, Entry entry) {
        this.lease = lease;
        this.settings = settings;
        this.principal = principal;
        this.journal = journal;
        this.compiler = compiler;
        this.entry = entry;
        this.workplace = Workplace.of(settings, entry.attempt());
        this.cgroup = Cgroup.of(settings, entry.attempt());
        this.processes = new Processes(entry.attempt(), workplace.directory());
    }

    /** From the claim on. */
    void run() throws IOException, InterruptedException {
        journal.write(entry);
        resume();
    }

    void resume() throws IOException, InterruptedException {
        if (entry.step() == Step.CLAIMING && !isOurs()) {
            forget("not ours");
            return;
        }
        if (entry.step() != Step.REPORTING) {
            var report = switch (entry.step()) {
                case CLAIMING -> execute();
                case LAUNCHING -> afterLaunching();
                case RUNNING, REPORTING -> adopt();
            };
            proceed(entry.reporting(report));
            if (passage != null) {
                passage.close();
            }
        }
        deliver();
    }

    private void openPassage() throws IOException {
        if (!Container.isWanted(entry.offer()) && Launch.isConfined(entry.offer(), settings)) {
            passage = Launch.openPassage(entry.offer(), workplace);
        }
    }

    /** Ends it, unless it ends by itself before this is seen. */
    void end(Ending why) {
        wanted = why;
    }

    private boolean isOurs() throws InterruptedException {
        return principal.claim(
                entry.attempt(), new Claim(settings.id(), entry.offer().epoch(), entry.claimId()));
    }

    private Report execute() throws IOException, InterruptedException {
        Launch launch;
        try {
            workplace.create();
            launch = Container.isWanted(entry.offer())
                    ? Launch.ofContainer(entry.offer(), workplace, settings, lease)
                    : launchOfArtifact();
        } catch (Workplace.Unusable e) {
            return failed(FailureClass.NOT_STARTED, e.getMessage());
        } catch (IOException e) {
            return failed(FailureClass.NOT_STARTED, "its workplace could not be made: " + e);
        }
        if (wanted != null) {
            return report(outcomeOf(wanted), FailureClass.NOT_STARTED, reasonOf(wanted), null, Map.of());
        }
        openPassage();
        proceed(entry.launching(new Launched(now(), null, null, launch.applied(), launch.isolated(), environment())));
        say("starting");
        Process started;
        try {
            started = launch.start(workplace, entry.offer().spec().payload());
        } catch (IOException e) {
            return failed(FailureClass.NOT_STARTED, "the process could not be started: " + e.getMessage());
        }
        proceed(entry.running(started.toHandle()));
        return await(started.toHandle());
    }

    private Launch launchOfArtifact() throws IOException, InterruptedException, Workplace.Unusable {
        var artifact = workplace.fetchArtifact(entry.offer());
        var compiled = compiler.compile(
                artifact, entry.offer().spec().manifest().spec().workload().codeDigest());
        return Launch.of(entry.offer(), workplace, settings, artifact, compiled, lease);
    }

    /** The agent was killed around the start: what may run of it has no way back to us. */
    private Report afterLaunching() throws IOException, InterruptedException {
        processes.kill(null);
        return Files.exists(workplace.exit()) || Files.exists(workplace.cutOff())
                ? outcome()
                : failed(FailureClass.INTERRUPTED, "the agent was killed while it started the workload");
    }

    /** A process that an earlier life of the agent started: it may still run, have ended, or be gone with the machine. */
    private Report adopt() throws IOException, InterruptedException {
        var process = processes.first(entry.launched());
        openPassage();
        say(process == null ? "found ended" : "found running, pid " + process.pid());
        if (process == null) {
            processes.kill(null);
        }
        return await(process);
    }

    private Report await(ProcessHandle process) throws IOException, InterruptedException {
        var deadline = entry.launched().at().plus(timeout());
        while (process != null && process.isAlive() && entry.ending() == null) {
            if (wanted == null && now().isAfter(deadline)) {
                wanted = Ending.TIMED_OUT;
            }
            if (wanted != null && !Files.exists(workplace.exit())) {
                proceed(entry.ending(wanted));
            } else {
                TimeUnit.MILLISECONDS.sleep(EXIT_POLL_MILLIS);
            }
        }
        if (entry.ending() == null) {
            return outcome();
        }
        processes.end(process, GRACE);
        return report(outcomeOf(entry.ending()), failureOf(entry.ending()), reasonOf(entry.ending()), null, Map.of());
    }

    private Report outcome() throws IOException {
        if (Files.exists(workplace.cutOff())) {
            return failed(
                    FailureClass.INTERRUPTED,
                    "its guard ended it, as its agent was cut off from the gateway for almost its lease");
        }
        if (Files.exists(workplace.overDisk())) {
            return failed(FailureClass.WORKLOAD_FAILED, "its guard ended it: " + tooMuchDisk());
        }
        if (Files.exists(workplace.notStarted())) {
            return failed(FailureClass.NOT_STARTED, Workplace.lastWords(workplace.notStarted()));
        }
        if (!Files.exists(workplace.exit())) {
            return failed(FailureClass.INTERRUPTED, "its process is gone and left no exit code");
        }
        var code = Integer.parseInt(Files.readString(workplace.exit()).strip());
        if (code != 0) {
            var words = Workplace.lastWords(workplace.log());
            return report(
                    Outcome.FAILED,
                    FailureClass.WORKLOAD_FAILED,
                    "exit code " + code + whyOf(code) + (words.isEmpty() ? "" : ": " + words),
                    code,
                    Map.of());
        }
        if (Workplace.kibibytes(workplace.output(), workplace.declared()) > Limits.kibibytes(diskMiB())) {
            return report(Outcome.FAILED, FailureClass.WORKLOAD_FAILED, tooMuchDisk(), code, Map.of());
        }
        try {
            return report(Outcome.SUCCEEDED, null, null, code, workplace.outputs(entry.offer()));
        } catch (Workplace.Unusable e) {
            return report(Outcome.FAILED, FailureClass.WORKLOAD_FAILED, e.getMessage(), code, Map.of());
        }
    }

    /** As far as a limit had to do with it. */
    private String whyOf(int code) {
        var killed = cgroup.killed();
        if (killed > 0) {
            var memory = entry.offer().spec().manifest().spec().runner().memoryMiB();
            return " after the kernel ended " + killed + " of its processes, as together they needed more than "
                    + memory + " MiB of memory";
        }
        return code == FILE_TOO_LARGE ? " after it wrote a file larger than " + diskMiB() + " MiB" : "";
    }

    private int diskMiB() {
        return Limits.diskMiB(entry.offer().spec().manifest().spec().runner(), settings);
    }

    private String tooMuchDisk() {
        return "it wrote more than " + diskMiB() + " MiB into its workplace";
    }

    /** Outputs become visible only while the attempt is still this agent's; told is what stands in the journal, however often. */
    private void deliver() throws IOException, InterruptedException {
        if (entry.report().outcome() == Outcome.SUCCEEDED) {
            if (!isOurs()) {
                forget("ended, and is not ours any more: its outputs are dropped");
                return;
            }
            try {
                workplace.publish(entry.offer());
            } catch (IOException | Workplace.Unusable e) {
                proceed(entry.reporting(
                        failed(FailureClass.INTERRUPTED, "its outputs could not be put into the storage: " + e)));
            }
        }
        var known = principal.report(entry.offer(), entry.report());
        forget("ended: " + entry.report().outcome() + (known ? "" : ", and is not ours any more"));
    }

    private void forget(String why) throws IOException {
        say(why);
        journal.remove(entry.attempt());
        if (Container.isWanted(entry.offer()) && Programs.isInstalled("podman")) {
            Container.remove(entry.attempt());
        }
        workplace.removeAllButLog();
        cgroup.remove();
    }

    private void proceed(Entry next) throws IOException {
        journal.write(next);
        entry = next;
    }

    private Report failed(FailureClass failureClass, String reason) throws IOException {
        return report(Outcome.FAILED, failureClass, reason, null, Map.of());
    }

    private Report report(
            Outcome outcome, FailureClass failureClass, String reason, Integer exitCode, Map<String, Digest> outputs)
            throws IOException {
        var launched = entry.launched();
        var startedAt = launched == null ? null : launched.at();
        var endedAt = Files.exists(workplace.exit())
                ? Files.getLastModifiedTime(workplace.exit()).toInstant()
                : now();
        var environment = new HashMap<>(launched == null ? environment() : launched.environment());
        if (launched != null && launched.pid() != null) {
            environment.put("pid", Long.toString(launched.pid()));
        }
        if (cgroup.peakMiB() > 0) {
            environment.put("memory-peak", cgroup.peakMiB() + "MiB");
        }
        return new Report(
                settings.id(),
                entry.offer().epoch(),
                entry.claimId(),
                outcome,
                outcome == Outcome.FAILED ? failureClass : null,
                reason,
                startedAt,
                startedAt != null && endedAt.isBefore(startedAt) ? startedAt : endedAt,
                exitCode,
                environment,
                launched == null ? Map.of() : launched.applied(),
                launched == null ? "nothing was started" : launched.applied().get("network"),
                launched == null ? "nothing was started" : Launch.observed(workplace, launched.isolated()),
                Files.exists(workplace.log()) ? Workplace.digest(workplace.log()) : null,
                outputs);
    }

    private static Outcome outcomeOf(Ending ending) {
        return ending == Ending.STOPPED ? Outcome.STOPPED : Outcome.FAILED;
    }

    private static FailureClass failureOf(Ending ending) {
        return ending == Ending.TIMED_OUT ? FailureClass.TIMED_OUT : FailureClass.INTERRUPTED;
    }

    private String reasonOf(Ending ending) {
        return switch (ending) {
            case STOPPED -> "stopped as asked";
            case TIMED_OUT -> "stopped after its timeout of " + timeout();
            case INTERRUPTED -> "stopped with its agent";
            case CUT_OFF -> "stopped as its agent was cut off from the gateway";
        };
    }

    private Duration timeout() {
        return entry.offer().spec().manifest().spec().execution().timeout();
    }

    private static Map<String, String> environment() {
        return Map.of(
                "os", System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "architecture", System.getProperty("os.arch"),
                "java", Runtime.version().toString(),
                "user", System.getProperty("user.name"));
    }

    private void say(String what) {
        System.out.println(now() + " attempt " + entry.attempt() + " " + what);
    }

    private static Instant now() {
        return Clock.systemUTC().instant();
    }
}
