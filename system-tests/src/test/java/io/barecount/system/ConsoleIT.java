package io.barecount.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.barecount.contracts.Topic;
import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.DataDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The console over the running platform, as people see it: in a browser. The pictures are in {@code target/console}. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int FLOOD_PER_SECOND = 2000;
    private static final int FLOOD_SECONDS = 3;

    /** What the console is to keep to on a machine of its own is 1000 and 1500; a shared one is given more. */
    private static final int FIRST_CONTENT_MILLIS =
            Integer.getInteger("barecount.console.first-content-millis", 10_000);

    private static final int FROZEN_MILLIS = Integer.getInteger("barecount.console.frozen-millis", 10_000);

    @TempDir
    static Path directory;

    private static Browser browser;
    private static DataDirectory data;
    private static RunningPlatform platform;
    private static String base;
    private static FrontDoor door;
    private static String survey;
    private static String broken;
    private static String denied;
    private static String endless;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.open();
        PlaywrightAssertions.setDefaultAssertionTimeout((double) PATIENCE.toMillis());
        data = new DataDirectory(directory.resolve("data"));
        platform = RunningPlatform.start(data, directory, Map.of());
        base = platform.state().frontDoor();
        door = new FrontDoor(base);
        endless = door.submit(workload("night-shift", "while :; do sleep 0.2; done"));
        survey = door.submit(fannedOut(workload("site-survey", "echo surveyed; sleep 0.3"), 12));
        broken = door.submit(workload("sensor-import", "echo no sensor answers; exit 3"));
        denied = door.submit(new YAMLMapper()
                .readTree(Launcher.home()
                        .resolve("examples/manifests/tiny-report.yaml")
                        .toFile()));
        produce(Topic.SUBMISSIONS.topicName(), 1, "\0 no manifest at all");
        var restricted = workload("vault-export", "echo exported");
        ((ObjectNode) restricted.at("/spec/data")).put("classification", "restricted");
        produce(Topic.SUBMISSIONS.topicName(), 1, restricted.toString());
        for (var run : List.of(survey, broken, denied)) {
            door.awaitEnd(run, PATIENCE);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (platform != null) {
            platform.stop();
        }
    }

    @AfterEach
    void nothingIsComplainedOf() {
        browser.assertNoComplaint();
    }

    /** A shell script as an on-premise workload. */
    private static ObjectNode workload(String name, String script) throws Exception {
        var code = ("#!/bin/sh\n" + script + "\n: > \"${BARECOUNT_OUTPUTS_REPORT:-$BARECOUNT_OUTPUT/part}\"\n")
                .getBytes(StandardCharsets.UTF_8);
        Files.write(data.storage().resolve("workloads/" + name + ".sh"), code);
        var manifest = (ObjectNode) new YAMLMapper()
                .readTree(Launcher.home()
                        .resolve("examples/manifests/plant-quality.yaml")
                        .toFile());
        ((ObjectNode) manifest.path("metadata")).put("name", name);
        var spec = (ObjectNode) manifest.path("spec");
        ((ObjectNode) spec.at("/data/outputs/0")).put("uri", "file:results/" + name);
        var workload = (ObjectNode) spec.path("workload");
        workload.remove(List.of("entryPoint", "parameters"));
        workload.put("runtime", "shell");
        ((ObjectNode) workload.path("artifact"))
                .put("uri", "file:workloads/" + name + ".sh")
                .put(
                        "digest",
                        "sha256:"
                                + HexFormat.of()
                                        .formatHex(MessageDigest.getInstance("SHA-256")
                                                .digest(code)));
        ((ObjectNode) spec.path("execution")).put("timeout", "PT15M").remove("retries");
        return manifest;
    }

    private static ObjectNode fannedOut(ObjectNode manifest, int tasks) {
        var batch = ((ObjectNode) manifest.path("spec")).putObject("batch");
        var slices = batch.putArray("slices");
        for (var i = 0; i < tasks; i++) {
            slices.add("site-" + i);
        }
        batch.put("parallelism", tasks);
        return manifest;
    }

    private static Map<String, String> pages() {
        var pages = new LinkedHashMap<String, String>();
        pages.put("overview", "/");
        pages.put("runs", "/console/runs");
        pages.put("run-fanned-out", "/console/runs/" + survey);
        pages.put("run-failed", "/console/runs/" + broken);
        pages.put("run-denied", "/console/runs/" + denied);
        pages.put("topics", "/console/topics");
        pages.put("lag", "/console/topics?view=lag");
        pages.put("dead-letters", "/console/topics?view=dead");
        pages.put("ledger", "/console/ledger");
        pages.put("entry", "/console/ledger/5");
        pages.put("approvals", "/console/approvals");
        pages.put("policies", "/console/governance");
        pages.put("boundaries", "/console/governance?view=boundaries");
        pages.put("prices", "/console/governance?view=prices");
        pages.put("budgets", "/console/governance?view=budgets");
        return pages;
    }

    /** What each page must show before it counts as shown. */
    private static Locator proofOf(Page page, String name) {
        return switch (name) {
            case "overview" -> page.locator(".a-latest").getByText("site-survey");
            case "runs" -> page.locator("tbody").getByText("sensor-import");
            case "run-fanned-out" -> page.getByLabel("Task 11, attempt 1: succeeded");
            case "run-failed" -> page.locator(".evidence").getByText("exit 3");
            case "run-denied" -> page.getByText("This would pass");
            case "topics" -> page.locator("tbody tr").nth(40);
            case "lag" -> page.locator("tbody").getByText("scheduler-service");
            case "dead-letters" -> page.locator("tbody").getByText("manifest-service");
            case "ledger" -> page.locator("tbody").getByText("runs.succeeded");
            case "entry" -> page.getByText("In the log", new Page.GetByTextOptions().setExact(true));
            case "approvals" -> page.locator("article").getByText("vault-export");
            case "policies" -> page.getByText("no-expensive-runner-for-trivial-job");
            case "boundaries" -> page.getByText("hana.sap.example.com:30015");
            case "prices" -> page.getByText("glue.dpu-hour");
            case "budgets" -> page.locator("tbody").getByText("manufacturing");
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** One screen after the other is enough for pages that are laid out alike. */
    private static final Set<String> ON_EVERY_SCREEN = Set.of("overview", "runs", "run-fanned-out", "topics", "ledger");

    private static boolean isShown(String name, int width, ColorScheme theme) {
        return width == 1280 || (width == 360 && theme == ColorScheme.LIGHT) || ON_EVERY_SCREEN.contains(name);
    }

    @Test
    @Order(1)
    void eachPageShowsWhatThereIsToAnybodyAndOnAnyScreen() {
        var page = browser.page(base, 1280, ColorScheme.LIGHT);
        pages().forEach((name, path) -> {
            page.navigate(path);
            assertThat(proofOf(page, name).first()).isVisible();
            for (var width : List.of(1280, 360, 2560)) {
                for (var theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                    if (isShown(name, width, theme)) {
                        Browser.look(page, width, theme);
                        Browser.assertFitsItsWindow(page);
                        Browser.shoot(
                                page, name + "-" + width + "-" + theme.name().toLowerCase(Locale.ROOT));
                        if (width == 1280) {
                            Browser.assertAccessible(page);
                        }
                    }
                }
            }
        });
        page.context().close();
    }

    @Test
    @Order(2)
    void theFirstContentIsThereSoon() {
        var page = browser.page(base, 1280, ColorScheme.LIGHT);
        for (var path : List.of("/", "/console/runs", "/console/runs/" + survey)) {
            page.navigate(path);
            var millis = page.evaluate(
                    "new Promise(done => new PerformanceObserver(list => list.getEntriesByName('first-contentful-paint')"
                            + ".forEach(paint => done(paint.startTime))).observe({type: 'paint', buffered: true}))");
            System.out.printf("ConsoleIT: first content of %s after %s ms%n", path, millis);
            assertThat(((Number) millis).doubleValue()).as(path).isLessThan(FIRST_CONTENT_MILLIS);
        }
        page.context().close();
    }

    @Test
    @Order(3)
    void filtersAreInTheAddressAndKeysLeadThroughThePages() {
        var page = browser.page(base, 1280, ColorScheme.LIGHT);
        page.navigate("/console/runs");
        page.getByLabel("Pipeline").fill("sensor-import");
        assertThat(page).hasURL(Pattern.compile(".*pipeline=sensor-import"));
        assertThat(page.locator("tbody tr")).hasCount(1);
        page.keyboard().press("Tab");
        page.locator("h1").click();
        page.keyboard().press("j");
        page.keyboard().press("Enter");
        assertThat(page).hasURL(Pattern.compile(".*/console/runs/" + broken));
        page.goBack();
        assertThat(page.locator("tbody tr")).hasCount(1);
        page.keyboard().press("g");
        page.keyboard().press("l");
        assertThat(page).hasURL(Pattern.compile(".*/console/ledger"));
        page.context().close();
    }

    @Test
    @Order(4)
    void aRunIsCancelledWithAReason() {
        var page = browser.page(base, 1280, ColorScheme.LIGHT);
        page.navigate("/console/runs/" + endless);
        assertThat(page.locator(".run-head .pill")).hasText("running");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Cancel run"))
                .click();
        page.getByLabel("Reason, kept in the ledger").fill("the shift is over");
        Browser.assertAccessible(page);
        Browser.shoot(page, "cancel-1280-light");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Cancel the run"))
                .click();

        assertThat(page.locator(".run-head .pill")).hasText("cancelled");
        assertThat(page.locator(".run-head .reason")).hasText("the shift is over");
        assertThat(page.locator(".timeline")).containsText("runs · cancelled");
        page.context().close();
    }

    @Test
    @Order(5)
    void aTailIsLiveAndAPauseSkipsNothing() throws Exception {
        var page = browser.page(base, 1280, ColorScheme.DARK);
        page.navigate("/console/topics?pipeline=tail-me&topic=" + Topic.RUNS.topicName());
        assertThat(page.locator(".tail-status")).containsText("Live. 0 records");
        var rows = page.locator("tbody tr");

        door.awaitEnd(door.submit(workload("tail-me", "true")), PATIENCE);
        assertThat(rows).hasCount(3);

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Pause"))
                .click();
        door.awaitEnd(door.submit(workload("tail-me", "true")), PATIENCE);
        assertThat(page.locator(".tail-status")).containsText("3 records came to these topics since");
        assertThat(rows).hasCount(3);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Resume"))
                .click();
        assertThat(rows).hasCount(6);

        rows.first().click();
        assertThat(page.locator(".record .headers")).containsText("ce_type");
        Browser.assertAccessible(page);
        Browser.shoot(page, "record-1280-dark");
        page.context().close();
    }

    @Test
    @Order(6)
    void aFloodOfRecordsDoesNotFreezeThePage() throws Exception {
        var page = browser.page(base, 1280, ColorScheme.LIGHT);
        page.navigate("/console/topics?from=offset:0&text=flood&topic=" + Topic.CHECKPOINTS.topicName());
        assertThat(page.locator(".tail-status")).containsText("Live. 0 records");
        page.evaluate("window.longest = 0; let last = performance.now(); requestAnimationFrame(function turn(now) {"
                + " longest = Math.max(longest, now - last); last = now; requestAnimationFrame(turn); })");

        for (var second = 0; second < FLOOD_SECONDS; second++) {
            var began = System.nanoTime();
            produce(Topic.CHECKPOINTS.topicName(), FLOOD_PER_SECOND, "{\"flood\": \"" + "x".repeat(700) + "\"}");
            var left = TimeUnit.SECONDS.toMillis(1) - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            page.waitForTimeout((double) Math.max(0, left));
        }

        assertThat(page.locator(".tail-status"))
                .containsText(
                        String.format(
                                Locale.ROOT,
                                "%,d records matched, the latest 1,000 shown",
                                FLOOD_PER_SECOND * FLOOD_SECONDS),
                        new LocatorAssertions.ContainsTextOptions().setTimeout((double) PATIENCE.toMillis()));
        assertThat(page.locator("tbody tr")).hasCount(1000);
        var longest = ((Number) page.evaluate("longest")).doubleValue();
        System.out.printf(
                "ConsoleIT: %d records a second for %d s; the longest wait for a frame was %.0f ms%n",
                FLOOD_PER_SECOND, FLOOD_SECONDS, longest);
        assertThat(longest).isLessThan(FROZEN_MILLIS);
        page.context().close();
    }

    @Test
    @Order(7)
    void aTailOnTheCommandLineGoesOnWhereItWas() throws Exception {
        var tail = List.of(
                "tail",
                "runs",
                "--pipeline",
                "tail-me",
                "--output",
                "json",
                "--data",
                data.root().toString());
        var first = tail(tail, "--since", "beginning");
        assertThat(first.output().lines()).hasSize(6);
        door.awaitEnd(door.submit(workload("tail-me", "true")), PATIENCE);
        var cursor = first.errors()
                .lines()
                .filter(line -> line.startsWith("cursor: "))
                .findFirst()
                .orElseThrow()
                .substring(8);

        var second = tail(tail, "--cursor", cursor);

        var ids = new ArrayList<String>();
        for (var line : List.of(first.output(), second.output())) {
            line.lines()
                    .forEach(each -> ids.add(
                            Json.read(each, JsonNode.class).at("/headers/ce_id").asText()));
        }
        assertThat(ids).hasSize(9);
        assertThat(new HashSet<>(ids)).hasSize(9);
    }

    private static Launcher.Result tail(List<String> command, String... more) throws Exception {
        var all = new ArrayList<>(command);
        all.addAll(List.of(more));
        var result = Launcher.run(directory, PATIENCE, all.toArray(String[]::new));
        assertThat(result.exitCode()).as(result.errors()).isZero();
        return result;
    }

    @Test
    @Order(8)
    void verificationInTheBrowserGoesRedAfterOneByteIsChanged() throws Exception {
        var page = browser.page(base, 1280, ColorScheme.LIGHT);
        page.navigate("/console/ledger");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Verify in this browser"))
                .click();
        assertThat(page.locator(".shield")).hasAttribute("data-verdict", "good");
        assertThat(page.locator(".shield")).containsText("under a valid signature");
        Browser.shoot(page, "verified-1280-light");

        changeByteOf(7);
        try {
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Verify again"))
                    .click();
            assertThat(page.locator(".shield")).hasAttribute("data-verdict", "bad");
            assertThat(page.locator(".shield")).containsText("1 entry altered");
            assertThat(page.locator(".altered")).hasText("Entry 7 was changed");
            Browser.assertAccessible(page);
            Browser.shoot(page, "altered-1280-light");
            page.getByText("Entry 7").click();
            assertThat(page.locator(".verdict")).containsText("Altered");
        } finally {
            changeByteOf(7);
        }
        page.context().close();
    }

    /** Inside a word of its leaf, which stays JSON. As the superuser, past the triggers; twice is as if never. */
    private static void changeByteOf(int entry) throws Exception {
        var database = platform.state().databases().stream()
                .filter(d -> d.name().equals("ledger"))
                .findFirst()
                .orElseThrow();
        var password =
                Files.readString(data.secrets().resolve("postgres.password")).strip();
        try (var connection = DriverManager.getConnection(database.url(), "postgres", password);
                var statement = connection.createStatement()) {
            statement.execute("alter table entries disable trigger entries_only_grow");
            var place = "position('arecount.'::bytea in leaf) - 2";
            assertThat(statement.executeUpdate("update entries set leaf = set_byte(leaf, " + place + ", get_byte(leaf, "
                            + place + ") # 1) where seq = " + entry))
                    .isEqualTo(1);
            statement.execute("alter table entries enable always trigger entries_only_grow");
        }
    }

    /** It came by Kafka: whoever sits at the console is not its submitter. */
    @Test
    @Order(9)
    void aHeldRunIsApprovedInTheInbox() {
        var page = browser.page(base, 1280, ColorScheme.LIGHT);
        page.navigate("/console/approvals");
        var request = page.locator("article").filter(new Locator.FilterOptions().setHasText("vault-export"));
        assertThat(request.getByText("restricted-data-is-approved").first()).isVisible();
        request.getByText("Approve", new Locator.GetByTextOptions().setExact(true))
                .click();
        page.getByLabel("Reason, kept in the ledger").fill("the data owner agrees");
        Browser.assertAccessible(page);
        page.getByText("Approve the run").click();
        assertThat(page.getByText("Nothing waits")).isVisible();
        page.navigate("/console/runs?pipeline=vault-export&state=succeeded");
        assertThat(page.locator("tbody tr")).hasCount(1);
        page.context().close();
    }

    private static void produce(String topic, int records, String value) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", platform.state().broker(), "acks", "all", "linger.ms", 5),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (var i = 0; i < records; i++) {
                var unused =
                        producer.send(new ProducerRecord<>(topic, 0, null, value.getBytes(StandardCharsets.UTF_8)));
            }
            producer.flush();
        }
    }
}
