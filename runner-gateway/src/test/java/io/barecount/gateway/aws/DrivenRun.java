package io.barecount.gateway.aws;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Digest;
import io.barecount.gateway.Permitted;
import io.barecount.testing.TopicProbe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A run of a job that reads an input, prints, and writes what it was given to its output, with a network of its own to be in. Each
 * execution of the workload also leaves a file of its own name, so that a test can count them.
 */
final class DrivenRun {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern ATTEMPT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9]+/[0-9]+");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    final RunId id = new RunId(UUID.randomUUID());
    final Boundary boundary;
    private final RunnerType type;
    private final RunSpec spec;
    private final TopicProbe probe;

    DrivenRun(RunnerType type, String script, Duration timeout, TopicProbe probe) {
        this.type = type;
        this.probe = probe;
        this.boundary = boundary(id);
        put("inputs/greeting.txt", "hello");
        put("workloads/" + Digest.of(script).hex() + ".sh", script);
        this.spec = spec(type, script, timeout, boundary.name());
    }

    static DrivenRun of(RunnerType type, TopicProbe probe) {
        return new DrivenRun(type, """
                echo "slice ${BARECOUNT_SLICE:-none}"
                cat "$BARECOUNT_INPUT_GREETING" > "$BARECOUNT_OUTPUT/result.txt"
                echo " $BARECOUNT_PARAM_WHO" >> "$BARECOUNT_OUTPUT/result.txt"
                cp "$BARECOUNT_OUTPUT/result.txt" "$BARECOUNT_OUTPUTS_RESULT"
                """, TIMEOUT, probe);
    }

    static DrivenRun sleeping(RunnerType type, TopicProbe probe) {
        return new DrivenRun(type, "echo begun; exec sleep 60\n", TIMEOUT, probe);
    }

    /** A network that keeps to the boundary in everything. */
    private static Boundary boundary(RunId run) {
        var key = run.toString().substring(0, 8);
        var boundary = new Boundary(
                "net-" + key,
                NetworkModel.PRIVATELINK,
                "eu-central-1",
                "vpc-" + key,
                List.of("subnet-" + key + "1", "subnet-" + key + "2"),
                List.of("sg-" + key),
                List.of("vpce-" + key),
                new Boundary.Egress(List.of("hana.example.com:30015")),
                List.of(RunnerType.LAMBDA, RunnerType.FARGATE, RunnerType.GLUE, RunnerType.EC2),
                "network");
        var network = Oracle.get().network();
        boundary.subnets().forEach(subnet -> network.subnet(subnet, boundary.vpc(), "10.0.0.0/16", false));
        network.securityGroup("sg-" + key, boundary.vpc(), List.of("10.0.0.0/16"), List.of());
        network.routeTable(
                "rtb-" + key,
                boundary.vpc(),
                true,
                List.of(),
                new io.barecount.oracle.Network.Route("10.0.0.0/16", "local"));
        network.vpcEndpoint("vpce-" + key, boundary.vpc(), "com.example.hana", "available", "{}");
        return boundary;
    }

    private static RunSpec spec(RunnerType type, String script, Duration timeout, String boundary) {
        var runner = new Manifest.Runner(
                type,
                type == RunnerType.LAMBDA ? new Manifest.Lambda(512, Manifest.Architecture.X86_64) : null,
                type == RunnerType.FARGATE ? new Manifest.Fargate(256, 512) : null,
                type == RunnerType.GLUE ? new Manifest.Glue(Manifest.GlueWorker.G_1X, 2) : null,
                type == RunnerType.EC2 ? new Manifest.Ec2("t3.micro", 512) : null,
                null,
                new Manifest.Scaling(0, 10));
        var content = new Manifest.Spec(
                new Manifest.Owner("team", "contact", "CC-1"),
                new Manifest.Data(
                        Manifest.Classification.CONFIDENTIAL,
                        List.of("eu-central-1"),
                        List.of(new Manifest.DataSet("greeting", "file:inputs/greeting.txt")),
                        List.of(new Manifest.DataSet("result", "file:results/" + boundary + "-" + type + ".txt"))),
                new Manifest.Workload(
                        new Manifest.Artifact(
                                "file:workloads/" + Digest.of(script).hex() + ".sh", Digest.of(script)),
                        Manifest.Runtime.SHELL,
                        null,
                        Map.of()),
                runner,
                new Manifest.Network(NetworkModel.PRIVATELINK, boundary),
                List.of(),
                null,
                new Manifest.Execution(
                        timeout,
                        new Manifest.Retries(0, List.of(), Duration.ofSeconds(1)),
                        false,
                        Manifest.OnDoubt.FAIL),
                new Manifest.Cost(Duration.ofSeconds(10), null));
        var manifest = new Manifest(
                Manifest.API_VERSION,
                Manifest.KIND,
                new Manifest.Metadata("job", "team-a", Map.of(), Map.of()),
                content);
        return new RunSpec(manifest, Map.of("who", "world"), null);
    }

    AttemptId attempt() {
        return attempt(1);
    }

    AttemptId attempt(int number) {
        return id.task(0).attempt(number);
    }

    DrivenRun dispatch() {
        return dispatch(1);
    }

    /** The first so many attempts of the one task, as if all before had failed. */
    DrivenRun dispatch(int attempts) {
        var permit = Permitted.permit(
                id, spec, boundary, Instant.now(), Instant.now().plusSeconds(600), Permitted.KEY);
        IntStream.rangeClosed(1, attempts)
                .forEach(number -> send(new DispatchEvent.Start(
                        attempt(number), spec, null, false, boundary, Permitted.estimate(), permit)));
        return this;
    }

    void stop() {
        send(new DispatchEvent.Stop(attempt(), "cancelled by a person"));
    }

    private void send(DispatchEvent event) {
        probe.send(
                id.toString(),
                TopicProbe.event(id.value(), event.attempt().toString(), "team-a", Instant.now(), event));
    }

    List<ExecutionEvent> told(int count) {
        return probe.awaitEvents(Topic.EXECUTIONS, id.toString(), count).stream()
                .map(event -> (ExecutionEvent) event.data())
                .toList();
    }

    ExecutionEvent told() {
        return told(1).get(0);
    }

    /** By run. */
    static Map<String, List<ExecutionEvent>> toldOfAll(TopicProbe probe) {
        return probe.await(Topic.EXECUTIONS.topicName(), record -> true, 1).stream()
                .collect(Collectors.groupingBy(
                        ConsumerRecord::key,
                        Collectors.mapping(
                                record -> (ExecutionEvent)
                                        EventCodec.decode(Topic.EXECUTIONS, TopicProbe.headers(record), record.value())
                                                .data(),
                                Collectors.toList())));
    }

    /** Provider starts by attempt. */
    static Map<String, Long> startsOfAll() {
        return Oracle.get().starts().stream()
                .collect(Collectors.groupingBy(
                        started -> ATTEMPT.matcher(started.toString())
                                .results()
                                .findFirst()
                                .orElseThrow()
                                .group(),
                        Collectors.counting()));
    }

    /** Of provider starts that carry an attempt of this run. */
    long starts() {
        return Oracle.get().starts().stream()
                .filter(started -> started.toString().contains(id.toString()))
                .count();
    }

    String result() {
        return get("results/" + boundary.name() + "-" + type + ".txt");
    }

    static void createBucket() {
        send(HttpRequest.newBuilder(URI.create(Oracle.get().endpoint() + "/" + Oracle.BUCKET))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    static void put(String path, String content) {
        send(HttpRequest.newBuilder(address(path))
                .PUT(HttpRequest.BodyPublishers.ofString(content))
                .build());
    }

    static String get(String path) {
        return send(HttpRequest.newBuilder(address(path)).build());
    }

    private static String send(HttpRequest request) {
        try {
            var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (answer.statusCode() >= 300) {
                throw new AssertionError(request + " was answered with " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static URI address(String path) {
        return URI.create(Oracle.get().endpoint() + "/" + Oracle.BUCKET + "/" + Oracle.PREFIX + "/" + path);
    }
}
