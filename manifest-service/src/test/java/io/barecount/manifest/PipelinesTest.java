package io.barecount.manifest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.barecount.contracts.Topic;
import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.event.Event;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(SecretFiles.class)
class PipelinesTest {
    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Test
    void aVersionIsRegisteredOnceAndCanBecomeCurrentAgain() {
        var first = Manifests.valid("versions", "gdp");
        var second = first.replace("PT10M", "PT5M");

        var one = put("versions/gdp", first).statusCode(201).extract().<String>path("version");
        put("versions/gdp", first + "# the same content\n").statusCode(200).body("version", equalTo(one));
        var two = put("versions/gdp", second).statusCode(201).extract().<String>path("version");
        get("versions/gdp")
                .statusCode(200)
                .body("version", equalTo(two))
                .body("manifest.spec.execution.timeout", equalTo("PT5M"))
                .body("versions", hasSize(2));

        put("versions/gdp", first).statusCode(200).body("version", equalTo(one));
        get("versions/gdp").body("version", equalTo(one)).body("versions", hasSize(2));
        get("versions/gdp/versions/" + two).statusCode(200).body("spec.execution.timeout", equalTo("PT5M"));
        get("versions/gdp/versions/sha256:0").statusCode(404);
    }

    @Test
    void whatIsNotValidIsNotRegistered() {
        var manifest = Manifests.valid("invalid", "gdp");

        put("invalid/gdp", manifest.replace("512", "5")).statusCode(422);
        put("invalid/other", manifest).statusCode(422).body("errors[0].code", equalTo("other-name"));
        put("invalid/gdp", "{").statusCode(400);

        get("invalid/gdp").statusCode(404).contentType("application/problem+json");
    }

    @Test
    void aHookBelongsToOnePipelineOfItsNamespace() {
        var one = Manifests.valid("hooks", "one");
        var two = Manifests.valid("hooks", "two");
        put("hooks/one", one).statusCode(201);

        put("hooks/two", two).statusCode(409).body("detail", startsWith("The webhook hooks/orders belongs to"));
        get("hooks/two").statusCode(404);

        put("hooks/one", one.replace("name: orders", "name: others")).statusCode(201);
        put("hooks/two", two).statusCode(201);
        put("others/two", Manifests.valid("others", "two")).statusCode(201);
    }

    @Test
    void pipelinesAreListedByNameAndPageByPage() {
        for (var name : List.of("b", "a", "c")) {
            put("listed/" + name, withHook("listed", name, "hook-" + name)).statusCode(201);
        }

        list("namespace=listed").body("pipelines.name", equalTo(List.of("a", "b", "c")));
        list("namespace=listed").body("next", nullValue());
        var next = list("namespace=listed&limit=2")
                .body("pipelines.name", equalTo(List.of("a", "b")))
                .extract()
                .<String>path("next");
        list("namespace=listed&limit=2&cursor=" + next)
                .body("pipelines.name", equalTo(List.of("c")))
                .body("next", nullValue());
        list("limit=500").body("pipelines.namespace", hasItem("listed"));
        given().get("/pipelines?limit=0").then().statusCode(400).contentType("application/problem+json");
    }

    @Test
    void pipelinesAreFoundByNameOwnerRunnerAndBoundary() {
        put("search/monthly-gdp", Manifests.valid("search", "monthly-gdp")).statusCode(201);
        put("search/yearly", withHook("search", "yearly", "h2").replace("team: macro-data", "team: Forecast_100%"))
                .statusCode(201);

        for (var q : List.of("monthly", "GDP", "search/mon", "gdp lambda", "macro-data")) {
            search(q).body("pipelines.name", equalTo(List.of("monthly-gdp")));
        }
        search("lambda").body("pipelines.name", equalTo(List.of("monthly-gdp", "yearly")));
        search("sap-prod").body("pipelines.name", hasSize(2)).body("pipelines[0].boundary", equalTo("sap-prod"));
        search("forecast_100%").body("pipelines.name", equalTo(List.of("yearly")));
        search("monthly forecast").body("pipelines", empty());
        search("%").body("pipelines.name", equalTo(List.of("yearly")));
        search("a b c d e f g h i j k").statusCode(400);
    }

    @Test
    void aRollBackMakesAnOlderVersionCurrentWithAllThatFollowsIt() {
        var first = Manifests.valid("back", "gdp");
        var one = version(put("back/gdp", first));
        var two = version(put("back/gdp", first.replace("PT10M", "PT5M").replace("name: orders", "name: other-hook")));

        post("back/gdp/rollback", Map.of("version", one, "reason", "the new one times out"))
                .statusCode(200)
                .body("version", equalTo(one))
                .body("revision", equalTo(3));

        get("back/gdp").body("version", equalTo(one)).body("manifest.spec.execution.timeout", equalTo("PT10M"));
        given().post("/webhooks/back/other-hook").then().statusCode(404);
        given().post("/webhooks/back/orders").then().statusCode(401);
        post("back/gdp/rollback", Map.of("version", one, "reason", "again"))
                .statusCode(200)
                .body("revision", equalTo(3));
        get("back/gdp/versions")
                .body("versions.version", equalTo(List.of(two, one)))
                .body("versions.current", equalTo(List.of(false, true)));
        get("back/gdp/changes")
                .body("changes.kind", equalTo(List.of("rolled-back", "registered", "registered")))
                .body("changes.version", equalTo(List.of(one, two, one)))
                .body("changes[0].reason", equalTo("the new one times out"));
        get("back/gdp/changes?limit=1").body("next", equalTo("3"));
        get("back/gdp/changes?limit=2&cursor=3").body("changes.revision", equalTo(List.of(2, 1)));
        get("back/gdp/versions?limit=1&cursor=1").body("versions.version", equalTo(List.of(one)));
    }

    @Test
    void aRollBackIsRefusedWhereItCouldNotHoldOrNobodySaysWhy() {
        var one = version(put("refused/gdp", Manifests.valid("refused", "gdp")));
        var two = version(put("refused/gdp", withHook("refused", "gdp", "moved")));
        put("refused/other", Manifests.valid("refused", "other")).statusCode(201);

        post("refused/gdp/rollback", Map.of("version", one, "reason", "x"))
                .statusCode(409)
                .body("type", equalTo("urn:barecount:problem:hook-taken"));
        post("refused/gdp/rollback", Map.of("version", two, "from", one, "reason", "x"))
                .statusCode(200);
        post("refused/gdp/rollback", Map.of("version", one)).statusCode(400);
        post("refused/gdp/rollback", Map.of("version", "sha256:0000000", "reason", "x"))
                .statusCode(404);
        post("refused/gdp/rollback", Map.of("version", "x", "reason", "x")).statusCode(404);
        post("refused/no/rollback", Map.of("version", one, "reason", "x")).statusCode(404);
        get("refused/gdp").body("version", equalTo(two));
    }

    @Test
    void onlyOneOfManyThatLeaveTheSameVersionAtOnceDoes() {
        var manifest = Manifests.valid("race", "gdp");
        var versions = IntStream.rangeClosed(1, 8)
                .mapToObj(minutes -> version(put("race/gdp", manifest.replace("PT10M", "PT" + minutes + "M"))))
                .toList();
        var current = versions.get(7);

        List<Integer> statuses;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            statuses = versions.subList(0, 7).stream()
                    .map(to -> threads.submit(
                            () -> post("race/gdp/rollback", Map.of("version", to, "from", current, "reason", "race"))
                                    .extract()
                                    .statusCode()))
                    .toList()
                    .stream()
                    .map(PipelinesTest::result)
                    .toList();
        }

        assertThat(statuses).containsOnlyOnce(200).contains(409).hasSize(7);
        get("race/gdp").body("revision", equalTo(9));
    }

    /** Whatever happens at once, what was told last, by revision, is what is current; and every revision was told once. */
    @Test
    void whatIsToldLastIsWhatHolds() {
        var manifest = Manifests.valid("told", "gdp");
        var versions = IntStream.rangeClosed(1, 4)
                .mapToObj(minutes -> version(put("told/gdp", manifest.replace("PT10M", "PT" + minutes + "M"))))
                .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 24; i++) {
                var at = i;
                threads.submit(() -> at % 3 == 0
                        ? put("told/gdp", manifest.replace("PT10M", "PT" + (10 + at) + "M"))
                        : post("told/gdp/rollback", Map.of("version", versions.get(at % 4), "reason", "race")));
            }
        }

        var now = get("told/gdp").extract();
        var revision = now.<Integer>path("revision");
        List<ControlEvent.TriggersSet> events;
        try (var probe = new TopicProbe(bootstrapServers)) {
            events = probe.awaitEvents(Topic.CONTROLS, "told/gdp", revision).stream()
                    .map(Event::data)
                    .filter(ControlEvent.TriggersSet.class::isInstance)
                    .map(ControlEvent.TriggersSet.class::cast)
                    .toList();
        }
        var revisions = events.stream()
                .map(ControlEvent.TriggersSet::revision)
                .distinct()
                .sorted()
                .toList();
        assertThat(revisions)
                .isEqualTo(LongStream.rangeClosed(1, revision).boxed().toList());
        assertThat(events.stream()
                        .max(Comparator.comparing(ControlEvent.TriggersSet::revision))
                        .orElseThrow()
                        .version())
                .hasToString(now.path("version"));
    }

    @Test
    void twoVersionsAreCompared() {
        var manifest = Manifests.valid("diff", "gdp");
        var one = version(put("diff/gdp", manifest));
        var two = version(put("diff/gdp", manifest.replace("memoryMiB: 512", "memoryMiB: 1024")));

        get("diff/gdp/diff?from=" + one)
                .body("to", equalTo(two))
                .body("changes.part", equalTo(List.of("runner")))
                .body("changes[0].path", equalTo("/spec/runner/lambda/memoryMiB"))
                .body("changes[0].before", equalTo(512))
                .body("changes[0].after", equalTo(1024));
        get("diff/gdp/diff?from=" + two.substring(7, 15) + "&to=" + one.substring(0, 20))
                .body("from", equalTo(two))
                .body("changes", hasSize(1));
        get("diff/gdp/diff").statusCode(400);
        get("diff/gdp/diff?from=abc").statusCode(404);
    }

    @Test
    void aDeprecatedPipelineWarnsUntilItsDateAndRefusesFromThenOn() {
        put("old/gdp", Manifests.valid("old", "gdp")).statusCode(201);
        put("old/gdp-2", withHook("old", "gdp-2", "h2")).statusCode(201);
        var ahead = "2999-01-01T00:00:00Z";

        post("old/gdp/deprecate", Map.of("reason", "replaced", "successor", "gdp-2", "refusedFrom", ahead))
                .statusCode(200)
                .body("deprecation.successor", equalTo("gdp-2"));
        submit("old", "gdp")
                .statusCode(202)
                .body("warnings[0].code", equalTo("deprecated-pipeline"))
                .body("warnings[0].message", containsString(ahead))
                .body("warnings[0].hint", containsString("gdp-2"));
        get("old/gdp")
                .header("Deprecation", startsWith("@"))
                .header("Sunset", "Tue, 01 Jan 2999 00:00:00 GMT")
                .header("Link", containsString("successor-version"));
        list("namespace=old&deprecated=true").body("pipelines.name", equalTo(List.of("gdp")));
        list("namespace=old&deprecated=false").body("pipelines.name", equalTo(List.of("gdp-2")));

        post("old/gdp/deprecate", Map.of("reason", "replaced", "refusedFrom", "2020-01-01T00:00:00Z"))
                .statusCode(200);
        submit("old", "gdp")
                .statusCode(422)
                .body("errors[0].code", equalTo("deprecated-pipeline"))
                .body("errors[0].pointer", equalTo("/pipeline"));
        post("old/gdp/reinstate", Map.of("reason", "the new one is not ready")).statusCode(200);
        submit("old", "gdp").statusCode(202).body("warnings", nullValue());
        get("old/gdp").header("Deprecation", nullValue());
        get("old/gdp/changes")
                .body("changes.kind", equalTo(List.of("reinstated", "deprecated", "deprecated", "registered")));

        for (var wrong : List.of("no-such", "gdp", "Other/x")) {
            post("old/gdp/deprecate", Map.of("reason", "x", "successor", wrong)).statusCode(400);
        }
        post("old/gdp/deprecate", Map.of("reason", "x", "refusedFrom", "tomorrow"))
                .statusCode(400);
        post("old/gdp/deprecate", Map.of("successor", "gdp-2")).statusCode(400);
    }

    @Test
    void validatingStoresNothing() {
        var manifest = Manifests.valid("validated", "gdp");

        post(manifest)
                .statusCode(200)
                .body("valid", equalTo(true))
                .body("version", startsWith("sha256:"))
                .body("manifest.spec.runner.lambda.architecture", equalTo("arm64"));
        post(manifest.replace("lambda:", "lambada:")).statusCode(422).body("errors.code", hasItem("unknown-field"));
        post("- a").statusCode(400);

        list("namespace=validated").body("pipelines", empty());
    }

    @Test
    void theSchemasArePublished() {
        given().get("/schemas/pipeline-v1.schema.json")
                .then()
                .statusCode(200)
                .contentType("application/schema+json")
                .body("title", startsWith("BareCount pipeline manifest"));
        given().get("/schemas/submission-v1.schema.json").then().statusCode(200);
        given().get("/schemas/other.json").then().statusCode(404);
    }

    private static ValidatableResponse put(String name, String manifest) {
        return given().contentType("application/yaml")
                .body(manifest.getBytes(StandardCharsets.UTF_8))
                .put("/pipelines/" + name)
                .then();
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** The version that a registration led to. */
    private static String version(ValidatableResponse registered) {
        return registered.extract().path("version");
    }

    private static String withHook(String namespace, String name, String hook) {
        return Manifests.valid(namespace, name).replace("name: orders", "name: " + hook);
    }

    private static ValidatableResponse list(String query) {
        return given().get("/pipelines?" + query).then().statusCode(200);
    }

    private static ValidatableResponse search(String q) {
        return given().queryParam("namespace", "search")
                .queryParam("q", q)
                .get("/pipelines")
                .then();
    }

    private static ValidatableResponse post(String path, Map<String, String> body) {
        return given().contentType("application/json")
                .body(body)
                .post("/pipelines/" + path)
                .then();
    }

    private static ValidatableResponse submit(String namespace, String pipeline) {
        return given().contentType("application/json")
                .body(Map.of("namespace", namespace, "pipeline", pipeline))
                .post("/submissions")
                .then();
    }

    private static ValidatableResponse get(String name) {
        return given().get("/pipelines/" + name).then();
    }

    private static ValidatableResponse post(String manifest) {
        return given().contentType("application/yaml")
                .body(manifest.getBytes(StandardCharsets.UTF_8))
                .post("/validate")
                .then();
    }
}
