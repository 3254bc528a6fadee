package io.barecount.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.oracle.Network;
import io.barecount.oracle.Programs;
import io.barecount.oracle.ProviderOracle;
import io.barecount.oracle.Watch;
import io.barecount.oracle.Workloads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The provider oracle as the examples' AWS: their boundaries' networks, a bucket with their storage, and programs that are executed. */
final class OracleAws implements AutoCloseable {
    private static final String BUCKET = "/runners/data/";
    private static final YAMLMapper YAML = new YAMLMapper();

    final ProviderOracle oracle;
    private final Programs programs;
    private final HttpClient http = HttpClient.newHttpClient();

    private OracleAws(ProviderOracle oracle, Programs programs) {
        this.oracle = oracle;
        this.programs = programs;
    }

    /** Writes the examples' governance into the data directory, with every cloud runner allowed in each cloud boundary. */
    static OracleAws start(DataDirectory data, Path directory, Watch watch) throws IOException, InterruptedException {
        var programs = new Programs(directory.resolve("programs"));
        var oracle = ProviderOracle.over(directory.resolve("aws"))
                .workloads(Workloads.executing(programs))
                .watchedBy(watch)
                .start();
        programs.storage(oracle.endpoint());
        var aws = new OracleAws(oracle, programs);
        aws.send(
                HttpRequest.newBuilder(oracle.endpoint().resolve("/runners")).PUT(HttpRequest.BodyPublishers.noBody()));
        var storage = Launcher.home().resolve("examples/storage");
        for (var file : files(storage)) {
            aws.put(storage.relativize(file).toString(), Files.readAllBytes(file));
        }
        aws.govern(Launcher.home().resolve("examples/governance"), data.governance());
        return aws;
    }

    private static List<Path> files(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private void govern(Path examples, Path governance) throws IOException {
        for (var file : files(examples)) {
            var copy = governance.resolve(examples.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            var text = Files.readString(file);
            var document = YAML.readTree(text);
            if (document.path("kind").asText().equals("Boundary")
                    && !document.at("/spec/model").asText().equals("onprem")) {
                network(document.path("spec"));
                text = text.replaceFirst("allowedRunners: .*", "allowedRunners: [lambda, fargate, glue, ec2]");
            }
            Files.writeString(copy, text);
        }
    }

    private void network(JsonNode boundary) {
        var vpc = boundary.path("vpc").asText();
        var network = oracle.network();
        boundary.path("subnets").forEach(subnet -> network.subnet(subnet.asText(), vpc, "10.0.0.0/16", false));
        boundary.path("securityGroups")
                .forEach(group -> network.securityGroup(group.asText(), vpc, List.of("10.0.0.0/16"), List.of()));
        network.routeTable("rtb-" + vpc, vpc, true, List.of(), new Network.Route("10.0.0.0/16", "local"));
        for (var endpoint : boundary.path("endpoints")) {
            var id = endpoint.asText();
            switch (boundary.path("model").asText()) {
                case "privatelink" -> network.vpcEndpoint(id, vpc, "com.example.hana", "available", "{}");
                case "vpc-peering" -> network.peering(id, "active", vpc, "vpc-other");
                default -> network.vpnConnection(id, "vgw-" + vpc, "available", 2);
            }
        }
    }

    /** What the platform is to be started with; a start whose answer did not come is looked after within seconds. */
    Map<String, String> settings() {
        var settings = new HashMap<>(Map.of(
                "AWS_REGION", "eu-central-1",
                "AWS_ACCESS_KEY_ID", "test",
                "AWS_SECRET_ACCESS_KEY", "test",
                "BARECOUNT_GATEWAY_AWS_STORAGE", "s3://runners/data",
                "BARECOUNT_GATEWAY_AWS_ROLE", "arn:aws:iam::000000000000:role/starter",
                "BARECOUNT_GATEWAY_AWS_LAMBDA_ROLE", "arn:aws:iam::000000000000:role/runner",
                "BARECOUNT_GATEWAY_AWS_GLUE_ROLE", "arn:aws:iam::000000000000:role/runner",
                "BARECOUNT_GATEWAY_AWS_FARGATE_IMAGE",
                        "registry.example.com/runner@sha256:" + "0123456789abcdef".repeat(4),
                "BARECOUNT_GATEWAY_AWS_EC2_IMAGE", "ami-0123456789abcdef0"));
        settings.putAll(Map.of(
                "BARECOUNT_GATEWAY_DRIVE_RECOVER_AFTER", "PT6S",
                "BARECOUNT_GATEWAY_DRIVE_FOLLOW_EVERY", "PT1S",
                "BARECOUNT_GATEWAY_DRIVE_BEAT_EVERY", "PT2S",
                "BARECOUNT_GATEWAY_DRIVE_DOUBT_MAX", "PT15S",
                "BARECOUNT_GATEWAY_DRIVE_REAP_EVERY", "PT5S"));
        return settings;
    }

    String endpoint() {
        return oracle.endpoint().toString();
    }

    void put(String path, byte[] content) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(address(path)).PUT(HttpRequest.BodyPublishers.ofByteArray(content)));
    }

    /** What lies in the bucket, relative to the runners' storage. */
    String stored(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address(path)));
    }

    private URI address(String path) {
        return oracle.endpoint().resolve(BUCKET + path);
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new AssertionError("the oracle answered with " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    /** How often each attempt was started, by its id. */
    Map<String, Integer> startsByAttempt() {
        var attempt = java.util.regex.Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9]+/[0-9]+");
        var starts = new HashMap<String, Integer>();
        for (var started : new ArrayList<>(oracle.starts())) {
            var found = attempt.matcher(started.toString());
            if (!found.find()) {
                throw new AssertionError("a start without an attempt: " + started);
            }
            starts.merge(found.group(), 1, Integer::sum);
        }
        return starts;
    }

    @Override
    public void close() {
        oracle.close();
        programs.close();
    }
}
