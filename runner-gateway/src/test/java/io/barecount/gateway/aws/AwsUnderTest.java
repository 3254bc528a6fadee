package io.barecount.gateway.aws;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.gateway.Permitted;
import io.barecount.oracle.Fault;
import io.barecount.oracle.Network.Route;
import io.barecount.oracle.Operation;
import io.barecount.testing.runner.Mishap;
import io.barecount.testing.runner.RunnerUnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A runner of Amazon Web Services, whose place the oracle takes. @param spot for Fargate */
record AwsUnderTest(RunnerType type, Boolean spot) implements RunnerUnderTest {
    static final Map<RunnerType, Operation> STARTS = Map.of(
            RunnerType.LAMBDA, Operation.INVOKE,
            RunnerType.FARGATE, Operation.RUN_TASK,
            RunnerType.GLUE, Operation.START_JOB_RUN,
            RunnerType.EC2, Operation.RUN_INSTANCES);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    static AwsUnderTest of(RunnerType type) {
        return new AwsUnderTest(type, null);
    }

    @Override
    public Manifest.Runner runner() {
        return new Manifest.Runner(
                type,
                type == RunnerType.LAMBDA ? new Manifest.Lambda(512, Manifest.Architecture.X86_64) : null,
                type == RunnerType.FARGATE ? new Manifest.Fargate(256, 512, spot) : null,
                type == RunnerType.GLUE ? new Manifest.Glue(Manifest.GlueWorker.G_1X, 2) : null,
                type == RunnerType.EC2 ? new Manifest.Ec2("t3.micro", 512) : null,
                null,
                new Manifest.Scaling(0, 10));
    }

    @Override
    public Boundary boundary(RunId run) {
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
        network.routeTable("rtb-" + key, boundary.vpc(), true, List.of(), new Route("10.0.0.0/16", "local"));
        network.vpcEndpoint("vpce-" + key, boundary.vpc(), "com.example.hana", "available", "{}");
        return boundary;
    }

    @Override
    public void openToTheInternet(Boundary boundary) {
        Oracle.get()
                .network()
                .routeTable(
                        boundary.vpc().replace("vpc", "rtb"),
                        boundary.vpc(),
                        true,
                        List.of(),
                        new Route("10.0.0.0/16", "local"),
                        new Route("0.0.0.0/0", "igw-1"));
    }

    @Override
    public SigningKey permitKey() {
        return Permitted.KEY;
    }

    /** Of an invocation that may have been made is known when its function's timeout is over. */
    @Override
    public Set<Mishap> mishaps() {
        return type == RunnerType.LAMBDA
                ? EnumSet.complementOf(EnumSet.of(Mishap.ERROR_BEFORE_ACTING, Mishap.CONNECTION_LOST))
                : EnumSet.allOf(Mishap.class);
    }

    @Override
    public void nextStart(Mishap mishap) {
        Oracle.get()
                .faults()
                .next(
                        STARTS.get(type),
                        switch (mishap) {
                            case ANSWER_LOST -> Fault.LOSE_RESPONSE;
                            case ANSWER_UNREADABLE -> Fault.MALFORMED;
                            case ANSWER_NEVER_COMES -> Fault.HANG;
                            case ERROR_AFTER_ACTING -> Fault.HTTP_500_AFTER;
                            case ERROR_BEFORE_ACTING -> Fault.HTTP_500;
                            case CONNECTION_LOST -> Fault.REFUSE_BEFORE;
                            case THROTTLED -> Fault.THROTTLE;
                            case QUOTA_USED_UP -> Fault.QUOTA;
                            case DENIED -> Fault.ACCESS_DENIED;
                        });
    }

    @Override
    public long starts(AttemptId attempt) {
        return Oracle.get().starts().stream()
                .filter(started -> started.toString().contains(attempt.toString()))
                .count();
    }

    @Override
    public void loseWhatRuns() {
        Oracle.programs().kill();
    }

    static void createBucket() {
        send(HttpRequest.newBuilder(URI.create(Oracle.get().endpoint() + "/" + Oracle.BUCKET))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    @Override
    public void put(String path, String content) {
        send(HttpRequest.newBuilder(address(path))
                .PUT(HttpRequest.BodyPublishers.ofString(content))
                .build());
    }

    @Override
    public String get(String path) {
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

    @Override
    public String toString() {
        return type.toString();
    }
}
