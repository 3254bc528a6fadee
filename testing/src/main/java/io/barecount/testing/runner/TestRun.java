package io.barecount.testing.runner;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.decision.Tariff;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Digest;
import io.barecount.testing.TopicProbe;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * A run of a job that reads an input, prints, and writes what it was given to its outputs, with a network of its own to be in; permitted,
 * and to be dispatched as the scheduler does.
 */
public class TestRun {
    public static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Of a shell. */
    public static final String JOB = """
            echo "slice ${BARECOUNT_SLICE:-none}"
            cat "$BARECOUNT_INPUT_GREETING" > "$BARECOUNT_OUTPUT/result.txt"
            echo " $BARECOUNT_PARAM_WHO" >> "$BARECOUNT_OUTPUT/result.txt"
            cp "$BARECOUNT_OUTPUT/result.txt" "$BARECOUNT_OUTPUTS_RESULT"
            """;

    private static final String NAMESPACE = "team-a";
    private static final Duration PERMITTED_FOR = Duration.ofMinutes(10);
    private static final String SLEEPING = "echo begun; exec sleep 60\n";

    public final RunId id = new RunId(UUID.randomUUID());
    public final Boundary boundary;
    private final RunnerUnderTest runner;
    private final RunSpec spec;
    private final TopicProbe probe;

    /** @param script of a shell, that the workload is */
    public TestRun(RunnerUnderTest runner, String script, Duration timeout, TopicProbe probe) {
        this(runner, script, timeout, List.of(), probe);
    }

    private TestRun(RunnerUnderTest runner, String script, Duration timeout, List<String> slices, TopicProbe probe) {
        this.runner = runner;
        this.probe = probe;
        this.boundary = runner.boundary(id);
        runner.put("inputs/greeting.txt", "hello");
        runner.put(path(script), script);
        this.spec = spec(runner.runner(), script, timeout, slices, boundary);
    }

    public static TestRun of(RunnerUnderTest runner, TopicProbe probe) {
        return new TestRun(runner, JOB, TIMEOUT, probe);
    }

    public static TestRun sleeping(RunnerUnderTest runner, TopicProbe probe) {
        return new TestRun(runner, SLEEPING, TIMEOUT, probe);
    }

    /** With so many tasks, which are all dispatched at once. */
    public static TestRun batch(RunnerUnderTest runner, int tasks, TopicProbe probe) {
        var slices = IntStream.range(0, tasks).mapToObj(Integer::toString).toList();
        return new TestRun(runner, "echo \"$BARECOUNT_SLICE\"\n", TIMEOUT, slices, probe);
    }

    private static String path(String script) {
        return "workloads/" + Digest.of(script).hex() + ".sh";
    }

    private static String result(Boundary boundary) {
        return "results/" + boundary.name() + ".txt";
    }

    private static RunSpec spec(
            Manifest.Runner runner, String script, Duration timeout, List<String> slices, Boundary boundary) {
        var content = new Manifest.Spec(
                new Manifest.Owner("team", "contact", "CC-1"),
                new Manifest.Data(
                        Manifest.Classification.CONFIDENTIAL,
                        List.of(boundary.region()),
                        List.of(new Manifest.DataSet("greeting", "file:inputs/greeting.txt")),
                        List.of(new Manifest.DataSet("result", "file:" + result(boundary)))),
                new Manifest.Workload(
                        new Manifest.Artifact("file:" + path(script), Digest.of(script)),
                        Manifest.Runtime.SHELL,
                        null,
                        Map.of()),
                runner,
                new Manifest.Network(boundary.model(), boundary.name()),
                List.of(),
                slices.isEmpty() ? null : new Manifest.Batch(slices, slices.size(), 0, null),
                new Manifest.Execution(
                        timeout,
                        new Manifest.Retries(0, List.of(), Duration.ofSeconds(1)),
                        false,
                        Manifest.OnDoubt.FAIL),
                new Manifest.Cost(Duration.ofSeconds(10), null));
        var manifest = new Manifest(
                Manifest.API_VERSION,
                Manifest.KIND,
                new Manifest.Metadata("job", NAMESPACE, Map.of(), Map.of()),
                content);
        return new RunSpec(manifest, Map.of("who", "world"), null);
    }

    public AttemptId attempt() {
        return attempt(1);
    }

    public AttemptId attempt(int number) {
        return id.task(0).attempt(number);
    }

    public void dispatch() {
        dispatch(1);
    }

    /** The first so many attempts of each task, as if all before had failed. */
    public void dispatch(int attempts) {
        var cost = Money.usd("0.01");
        var estimate = new Estimate(
                cost, cost, cost, Duration.ofSeconds(10), 1, new Tariff("USD", List.of()), Digest.of("prices"));
        var now = Instant.now();
        var permit = new Permit(
                        id,
                        NAMESPACE,
                        spec.manifest().digest(),
                        spec.digest(),
                        Digest.of("policies"),
                        boundary.digest(),
                        Digest.ofCanonical(estimate),
                        List.of("rule"),
                        now,
                        now.plus(PERMITTED_FOR))
                .sign(runner.permitKey());
        var batch = spec.manifest().spec().batch();
        for (var index = 0; index < spec.manifest().taskCount(); index++) {
            var slice = batch == null ? null : batch.slices().get(index);
            for (var number = 1; number <= attempts; number++) {
                var attempt = id.task(index).attempt(number);
                send(new DispatchEvent.Start(attempt, spec, slice, false, boundary, estimate, permit));
            }
        }
    }

    public void stop() {
        send(new DispatchEvent.Stop(attempt(), "cancelled by a person"));
    }

    private void send(DispatchEvent event) {
        probe.send(
                id.toString(),
                TopicProbe.event(id.value(), event.attempts().get(0).toString(), NAMESPACE, Instant.now(), event));
    }

    /** What the gateway told of it, once it is so much. */
    public List<ExecutionEvent> told(int count) {
        return probe.awaitEvents(Topic.EXECUTIONS, id.toString(), count).stream()
                .map(event -> (ExecutionEvent) event.data())
                .toList();
    }

    public ExecutionEvent told() {
        return told(1).get(0);
    }

    /** The last that is told of it. */
    public ExecutionEvent end() {
        return told() instanceof ExecutionEvent.Started ? told(2).get(1) : told();
    }

    /** Of all tasks' first attempts. */
    public long starts() {
        return IntStream.range(0, spec.manifest().taskCount())
                .mapToLong(index -> runner.starts(id.task(index).attempt(1)))
                .sum();
    }

    /** What the workload wrote to its declared output. */
    public String result() {
        return runner.get(result(boundary));
    }
}
