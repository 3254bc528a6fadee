package io.barecount.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.Topic;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.run.RunEvent;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.Platform;
import io.barecount.embedded.platform.PlatformState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The whole platform as real processes, on one data directory: each test goes on from where the one before left it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobIT {
    private static final Duration PATIENCE = RunningPlatform.PATIENCE;

    @TempDir
    static Path directory;

    private static DataDirectory data;
    private static RunningPlatform platform;

    @BeforeAll
    static void start() throws Exception {
        data = new DataDirectory(directory.resolve("data"));
        platform = startPlatform();
    }

    private static RunningPlatform startPlatform() throws Exception {
        return RunningPlatform.start(data, directory, Map.of());
    }

    @AfterAll
    static void stop() throws Exception {
        platform.stop();
    }

    @Test
    @Order(1)
    void theMainJobComesOutTheSameThoughEachServiceIsKilledOnce() throws Exception {
        var output = directory.resolve("demo.out");
        var errors = directory.resolve("demo.err");
        var demo = Launcher.start(
                output, errors, "demo", "--json", "--data", data.root().toString());
        await().atMost(PATIENCE)
                .until(() -> !demo.isAlive() || Files.readString(errors).contains("submitted gdp-transform"));
        // One at a time, and only when the one before is back: what is tested is each service's own recovery.
        for (var service : Platform.SERVICES) {
            platform.kill(service);
        }
        assertThat(demo.waitFor(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS))
                .as(Files.readString(errors))
                .isTrue();

        assertThat(demo.exitValue())
                .as(Files.readString(errors) + Files.readString(output))
                .isZero();
        var document = Json.read(Files.readString(output), JsonNode.class);
        assertThat(document.path("ledger").path("verified").asLong())
                .isEqualTo(document.path("ledger").path("size").asLong())
                .isPositive();
        assertThat(states(document)).containsEntry("gdp-transform", "succeeded").containsEntry("tiny-report", "denied");
        assertThat(data.storage().resolve("results/gdp-growth.csv"))
                .as("the merged output")
                .hasSameTextualContentAs(Launcher.home().resolve("examples/expected/gdp-growth.csv"));
    }

    private static Map<String, String> states(JsonNode document) {
        var states = new java.util.HashMap<String, String>();
        document.path("runs")
                .forEach(run ->
                        states.put(run.path("name").asText(), run.path("state").asText()));
        return states;
    }

    @Test
    @Order(2)
    void noAttemptStartedTwiceAndEachRunEndedOnce() throws Exception {
        var starts = records(Topic.EXECUTIONS).stream()
                .filter(record -> type(record).equals(EventTypes.typeOf(ExecutionEvent.Started.class)))
                .collect(Collectors.groupingBy(
                        record -> header(record, "ce_subject"),
                        Collectors.mapping(record -> header(record, "ce_id"), Collectors.toSet())));
        assertThat(starts)
                .isNotEmpty()
                .allSatisfy((attempt, events) -> assertThat(events).as(attempt).hasSize(1));

        var ends = records(Topic.RUNS).stream()
                .filter(record -> !type(record).equals(EventTypes.typeOf(RunEvent.Queued.class)))
                .filter(record -> !type(record).equals(EventTypes.typeOf(RunEvent.Running.class)))
                .collect(Collectors.groupingBy(
                        ConsumerRecord::key,
                        Collectors.mapping(record -> header(record, "ce_id"), Collectors.toSet())));
        assertThat(ends)
                .isNotEmpty()
                .allSatisfy((run, events) -> assertThat(events).as(run).hasSize(1));
    }

    @Test
    @Order(3)
    void aPlainRecordFromAnyKafkaToolRunsAndABadOneIsAnsweredAndHoldsNothingUp() throws Exception {
        var broker = PlatformState.read(data).orElseThrow().broker();
        var good = Files.readString(Launcher.home().resolve("examples/manifests/plant-quality.yaml"));
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker, "acks", "all"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            var topic = Topic.SUBMISSIONS.topicName();
            producer.send(new ProducerRecord<>(
                            topic, 0, null, "\0 no manifest at all".getBytes(StandardCharsets.UTF_8)))
                    .get();
            producer.send(new ProducerRecord<>(
                            topic, 0, null, good.replace("runner:", "runnner:").getBytes(StandardCharsets.UTF_8)))
                    .get();
            producer.send(new ProducerRecord<>(topic, 0, null, good.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }

        await().atMost(PATIENCE).untilAsserted(() -> {
            var rejections = records(Topic.MANIFESTS).stream()
                    .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                    .filter(text -> text.contains("unknown-field"))
                    .toList();
            assertThat(rejections)
                    .anySatisfy(text -> assertThat(text).contains("runnner").contains("runner"));
            assertThat(records(Topic.SUBMISSIONS.deadLetterName())).isNotEmpty();
            assertThat(records(Topic.RUNS).stream()
                            .filter(record -> type(record).endsWith(".succeeded"))
                            .map(ConsumerRecord::key)
                            .distinct())
                    .hasSize(8);
        });
    }

    /** {@code ./barecount check} on the gallery: each shipped rule fires on one of two manifests, and lets the other one pass. */
    @Test
    @Order(4)
    void eachRuleFiresAndLetsPassWhereTheGallerySaysSo() throws Exception {
        List<Path> rules;
        try (var gallery = Files.list(Launcher.home().resolve("examples/gallery"))) {
            rules = gallery.sorted().toList();
        }
        assertThat(rules).hasSizeGreaterThan(10);
        for (var directoryOfRule : rules) {
            var rule = directoryOfRule.getFileName().toString();
            var text = Files.readString(directoryOfRule.resolve("fires.yaml"));
            var level = text.substring("# fires: ".length(), text.indexOf(','));

            var fires = check(directoryOfRule.resolve("fires.yaml"));
            var passes = check(directoryOfRule.resolve("passes.yaml"));

            if (text.contains("# refused at intake")) {
                assertThat(fires.exitCode()).as(rule).isEqualTo(1);
                assertThat(fires.errors()).as(rule).contains("/spec/");
            } else {
                assertThat(fires.output()).as(rule).containsPattern(level + " +" + rule + ": ");
                assertThat(fires.exitCode())
                        .as(rule + ": " + fires.output())
                        .isEqualTo(
                                switch (level) {
                                    case "deny" -> 1;
                                    case "approve" -> 3;
                                    default -> 0;
                                });
            }
            assertThat(passes.output()).as(rule).doesNotContain(rule + ": ");
            assertThat(passes.exitCode()).as(rule + ": " + passes.errors()).isIn(0, 3);
        }
    }

    private static Launcher.Result check(Path manifest) throws Exception {
        return Launcher.run(directory, PATIENCE, "check", "--data", data.root().toString(), manifest.toString());
    }

    @Test
    @Order(5)
    void killedAsAWholeAndStartedAgainEveryAcceptedRunEnds() throws Exception {
        var submit = Launcher.run(
                directory,
                PATIENCE,
                "submit",
                "--data",
                data.root().toString(),
                Launcher.home().resolve("examples/manifests/gdp-transform.yaml").toString());
        assertThat(submit.exitCode()).as(submit.errors()).isZero();
        var run = submit.output().strip();
        platform.killAll();

        platform = startPlatform();

        await().atMost(PATIENCE).untilAsserted(() -> {
            var record = Launcher.run(
                    directory, PATIENCE, "runs", "--data", data.root().toString(), run);
            assertThat(record.output()).contains("\"state\" : \"succeeded\"");
        });
        assertThat(verify().exitCode()).isZero();
    }

    @Test
    @Order(6)
    void aRunIsProvenToAnOutsiderWithAFileAndPublicKeys() throws Exception {
        var run = records(Topic.RUNS).stream()
                .filter(record -> type(record).endsWith(".succeeded"))
                .findFirst()
                .orElseThrow()
                .key();
        var outside = Files.createDirectories(directory.resolve("outside"));
        var file = outside.resolve("run.proof.json");
        var written = Launcher.run(
                directory, PATIENCE, "ledger", "proof", "--data", data.root().toString(), run, "-o", file.toString());
        assertThat(written.exitCode()).as(written.errors()).isZero();
        for (var key : List.of("checkpoint.pub.pem", "permit.pub.pem", "evidence.pub.pem", "origin")) {
            Files.copy(
                    data.keys().resolve(key),
                    Files.createDirectories(outside.resolve("keys")).resolve(key));
        }

        var checked = verifyFile(outside, file);
        assertThat(checked.output()).contains("verified:");
        assertThat(checked.exitCode()).isZero();

        Files.writeString(file, Files.readString(file).replaceFirst("\"seq\" : ", "\"seq\" : 1"));
        assertThat(verifyFile(outside, file).exitCode()).isEqualTo(1);
    }

    private static Launcher.Result verifyFile(Path outside, Path file) throws Exception {
        return Launcher.run(outside, PATIENCE, "verify", "--data", outside.toString(), file.toString());
    }

    @Test
    @Order(7)
    void oneChangedByteInTheLedgerIsFoundAndTheEntryIsNamed() throws Exception {
        var entry = 7;
        change(entry, "set leaf = set_byte(leaf, 20, get_byte(leaf, 20) # 1)");

        var verdict = verify();

        assertThat(verdict.exitCode()).isEqualTo(1);
        assertThat(verdict.output()).contains("entry " + entry).contains("was changed");
        change(entry, "set leaf = set_byte(leaf, 20, get_byte(leaf, 20) # 1)");
        assertThat(verify().exitCode()).isZero();
    }

    @Test
    @Order(8)
    void whatIsBrokenOfAnInstallationIsSaidWithWhatToDo() throws Exception {
        var check = new InstallationCheck(data);

        check.findsNothingWrong();
        check.findsATopicThatForgetsTooSoon();
        check.findsARoleWithTooMuchPower();
        check.findsADatabaseThatOthersReach();
        check.findsAMigrationThatIsMissing();
        check.findsALedgerThatCanBeChanged();
        check.findsAKeyThatIsNotTheOneInUse();
        check.findsAPrivateKeyThatOthersCanRead();
        check.findsThatNobodyAnswers();
        check.findsNothingWrong();
    }

    private static Launcher.Result verify() throws Exception {
        return Launcher.run(directory, PATIENCE, "verify", "--data", data.root().toString());
    }

    /** As the superuser, past the triggers. */
    private static void change(int entry, String change) throws Exception {
        var database = PlatformState.read(data).orElseThrow().databases().stream()
                .filter(d -> d.name().equals("ledger"))
                .findFirst()
                .orElseThrow();
        var password =
                Files.readString(data.secrets().resolve("postgres.password")).strip();
        try (var connection = DriverManager.getConnection(database.url(), "postgres", password);
                var statement = connection.createStatement()) {
            statement.execute("alter table entries disable trigger entries_only_grow");
            assertThat(statement.executeUpdate("update entries " + change + " where seq = " + entry))
                    .isEqualTo(1);
            statement.execute("alter table entries enable always trigger entries_only_grow");
        }
    }

    private static List<ConsumerRecord<String, byte[]>> records(Topic topic) throws Exception {
        return records(topic.topicName());
    }

    private static List<ConsumerRecord<String, byte[]>> records(String topic) throws Exception {
        var broker = PlatformState.read(data).orElseThrow().broker();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", broker),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var records = new ArrayList<ConsumerRecord<String, byte[]>>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }

    private static String type(ConsumerRecord<String, byte[]> record) {
        return header(record, "ce_type");
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
