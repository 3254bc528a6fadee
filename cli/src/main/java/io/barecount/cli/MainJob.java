package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import io.barecount.embedded.platform.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The main job: a batch transform fanned out on Glue, a burst of signed webhook deliveries to Lambda, a trivial job that policy denies, and
 * an on-premise job without egress. What each run should come to stands in its manifest, in the annotation {@code barecount.io/expect}.
 */
final class MainJob {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final String EXPECT = "barecount.io/expect";
    private static final int DELIVERIES = 5;
    private static final int LOOK_MILLIS = 300;
    private static final int STEADY_LOOKS = 4;

    private final Client client;
    private final Path examples;
    private final DataDirectory data;
    private final Consumer<String> progress;
    private final String session = UUID.randomUUID().toString();
    private final Map<String, String> expected = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    MainJob(Client client, Path examples, DataDirectory data, Consumer<String> progress) {
        this.client = client;
        this.examples = examples;
        this.data = data;
        this.progress = progress;
    }

    /** @param problems what did not come out as the manifests foresee */
    record Outcome(List<JsonNode> runs, List<String> notes, List<String> problems) {}

    Outcome run() throws IOException, InterruptedException {
        submit("gdp-transform");
        submit("plant-quality");
        submit("tiny-report");
        deliverOrders();
        var runs = awaitEnds();
        check(runs);
        awaitSteadyLedger();
        var records = new AuditRecords(client);
        var settled = new ArrayList<JsonNode>();
        for (var run : expected.keySet()) {
            settled.add(records.of(run));
        }
        return new Outcome(settled, notes, problems);
    }

    private String manifest(String name) throws IOException {
        return Files.readString(examples.resolve("manifests").resolve(name + ".yaml"));
    }

    private static JsonNode read(String manifest) throws IOException {
        return YAML.readTree(manifest);
    }

    private void submit(String name) throws IOException, InterruptedException {
        var manifest = manifest(name);
        var headers = Map.of("Content-Type", "application/yaml", "Idempotency-Key", session + "/" + name);
        var run = client.post("/submissions", headers, manifest).path("run").asText();
        expected.put(
                run, read(manifest).at("/metadata/annotations").path(EXPECT).asText());
        progress.accept("submitted " + name + ": run " + run);
    }

    private void deliverOrders() throws IOException, InterruptedException {
        var manifest = manifest("orders-webhook");
        var metadata = read(manifest).path("metadata");
        var namespace = metadata.path("namespace").asText();
        client.put("/pipelines/" + namespace + "/" + metadata.path("name").asText(), "application/yaml", manifest);
        var hook = "/webhooks/" + namespace + "/"
                + read(manifest).at("/spec/triggers/0/webhook/name").asText();
        var secret = Files.readString(data.secrets().resolve("orders-webhook")).strip();
        var first = (String) null;
        for (var i = 1; i <= DELIVERIES; i++) {
            var run = deliver(hook, "order-" + session + "-" + i, secret, order(i))
                    .path("run")
                    .asText();
            first = first == null ? run : first;
            expected.put(run, metadata.path("annotations").path(EXPECT).asText());
        }
        progress.accept("delivered " + DELIVERIES + " signed orders to " + hook);
        var repeated = deliver(hook, "order-" + session + "-1", secret, order(1))
                .path("run")
                .asText();
        expect(
                repeated.equals(first),
                "a repeated delivery makes no second run",
                "a repeated delivery made run " + repeated + " beside " + first);
        deliverForged(hook, namespace);
    }

    private String order(int number) throws IOException {
        return Files.readString(examples.resolve("payloads/order.json"))
                .replaceFirst("\"orderId\"\\s*:\\s*\"[^\"]*\"", "\"orderId\": \"A-" + (1000 + number) + "\"");
    }

    private void deliverForged(String hook, String namespace) throws IOException, InterruptedException {
        var strangers = "whsec_"
                + java.util.Base64.getEncoder()
                        .encodeToString(session.substring(0, 32).getBytes());
        try {
            deliver(hook, "order-" + session + "-forged", strangers, order(666));
            problems.add("a forged delivery was taken by namespace " + namespace);
        } catch (Client.Refused e) {
            expect(
                    e.status() == 401,
                    "a forged delivery is refused: " + e.problem().path("title").asText(),
                    "a forged delivery was answered with " + e.status());
        }
    }

    private JsonNode deliver(String hook, String id, String secret, String body)
            throws IOException, InterruptedException {
        try {
            var now = Instant.now().getEpochSecond();
            var signature = new Webhook(secret).sign(id, now, body);
            return client.post(
                    hook,
                    Map.of(
                            "Content-Type",
                            "application/json",
                            "webhook-id",
                            id,
                            "webhook-timestamp",
                            Long.toString(now),
                            "webhook-signature",
                            signature),
                    body);
        } catch (EmptyWebhookSecretException | WebhookSigningException e) {
            throw new IOException("the delivery could not be signed: " + e.getMessage(), e);
        }
    }

    private void expect(boolean holds, String note, String problem) {
        if (holds) {
            notes.add(note);
            progress.accept(note);
        } else {
            problems.add(problem);
        }
    }

    private List<JsonNode> awaitEnds() throws IOException, InterruptedException {
        var records = new AuditRecords(client);
        var ended = new ArrayList<JsonNode>();
        for (var run : expected.keySet()) {
            var record = records.awaitEnd(run);
            ended.add(record);
            progress.accept(record.path("pipeline").asText() + " " + DemoCommand.state(record) + " (" + ended.size()
                    + " of " + expected.size() + ")");
        }
        return ended;
    }

    private void check(List<JsonNode> runs) {
        for (var record : runs) {
            var foreseen = expected.get(record.path("run").asText());
            if (!foreseen.equals(DemoCommand.state(record))) {
                problems.add(record.path("pipeline").asText() + " (run "
                        + record.path("run").asText() + ") was to be " + foreseen + " and is "
                        + DemoCommand.state(record) + ": "
                        + record.path("reason").asText());
            }
        }
    }

    /** The ledger follows the topics at its own pace: all has arrived when nothing has for a while. */
    private void awaitSteadyLedger() throws IOException, InterruptedException {
        var size = -1L;
        for (var steady = 0; steady < STEADY_LOOKS; ) {
            var now = client.get("/ledger/stats").path("size").asLong();
            steady = now == size ? steady + 1 : 0;
            size = now;
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
