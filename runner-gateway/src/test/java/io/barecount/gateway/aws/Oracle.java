package io.barecount.gateway.aws;

import io.barecount.oracle.Programs;
import io.barecount.oracle.ProviderOracle;
import io.barecount.oracle.Workloads;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Gives the service an AWS that really executes what it starts, and breaks its word when a test says so. */
public final class Oracle implements QuarkusTestResourceLifecycleManager {
    static final String BUCKET = "runners";
    static final String PREFIX = "data";

    private static ProviderOracle oracle;
    private static Programs programs;
    private final Map<String, String> settings = new HashMap<>();
    private Path directory;

    static ProviderOracle get() {
        return oracle;
    }

    static Programs programs() {
        return programs;
    }

    /** Settings of the service that are others here. */
    @Override
    public void init(Map<String, String> others) {
        settings.putAll(others);
    }

    @Override
    public Map<String, String> start() {
        try {
            directory = Files.createTempDirectory("oracle");
            programs = new Programs(directory.resolve("programs"));
            oracle = ProviderOracle.over(directory.resolve("aws"))
                    .workloads(Workloads.executing(programs))
                    .start();
            AwsUnderTest.createBucket();
            var port = freePort();
            programs.storage(oracle.endpoint());
            System.setProperty("aws.region", "eu-central-1");
            System.setProperty("aws.accessKeyId", "test");
            System.setProperty("aws.secretAccessKey", "test");
            var all = new HashMap<>(Map.ofEntries(
                    Map.entry("quarkus.http.test-port", Integer.toString(port)),
                    Map.entry("barecount.gateway.provider", "aws"),
                    Map.entry(
                            "barecount.gateway.aws.endpoint", oracle.endpoint().toString()),
                    Map.entry("barecount.gateway.aws.storage", "s3://" + BUCKET + "/" + PREFIX),
                    Map.entry("barecount.gateway.aws.gateway-url", "http://127.0.0.1:" + port),
                    Map.entry("barecount.gateway.aws.events-queue", oracle.endpoint() + "/000000000000/events"),
                    Map.entry("barecount.gateway.aws.role", "arn:aws:iam::000000000000:role/starter"),
                    Map.entry("barecount.gateway.aws.lambda.role", "arn:aws:iam::000000000000:role/runner"),
                    Map.entry("barecount.gateway.aws.glue.role", "arn:aws:iam::000000000000:role/runner"),
                    Map.entry(
                            "barecount.gateway.aws.fargate.image",
                            "registry.example.com/runner@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
                    Map.entry("barecount.gateway.aws.ec2.image", "ami-0123456789abcdef0"),
                    Map.entry("barecount.gateway.aws.ec2.rate", "4+4/s"),
                    Map.entry("barecount.gateway.drive.call-timeout", "PT3S"),
                    Map.entry("barecount.gateway.drive.recover-after", "PT4S"),
                    Map.entry("barecount.gateway.drive.follow-every", "PT0.2S"),
                    Map.entry("barecount.gateway.drive.doubt-max", "PT6S"),
                    Map.entry("barecount.gateway.drive.network-known-for", "PT1S"),
                    Map.entry("barecount.gateway.drive.reap-every", "PT1S"),
                    Map.entry("barecount.gateway.drive.beat-every", "PT1S"),
                    Map.entry("barecount.gateway.drive.timeout-grace", "PT5S"),
                    Map.entry("barecount.gateway.drive.silence-max", "PT5S")));
            all.putAll(settings);
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void stop() {
        oracle.close();
        programs.close();
    }
}
