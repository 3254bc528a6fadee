package io.barecount.scheduler;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.dispatch.DispatchEvent.Start;
import io.barecount.contracts.dispatch.DispatchEvent.StartAll;
import io.barecount.contracts.dispatch.DispatchEvent.Stop;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.run.RunEvent;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionEvent;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service as it runs: against a real broker and a real database. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
class SchedulerTest {
    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private TopicProbe probe;

    @BeforeEach
    void connect() {
        probe = new TopicProbe(bootstrapServers);
    }

    @AfterEach
    void disconnect() {
        probe.close();
    }

    @Test
    void aPermittedRunGoesItsWayAndARepeatOfEveryRecordChangesNothing() {
        var run = anyRun();
        var first = run.task(0).attempt(1);
        var said = new ArrayList<Event<?>>();
        said.add(say(run, Pipeline.ofOneTask().permitted(run)));
        var start = (Event<?>) dispatches(run, 1).get(0);
        assertThat(start.data()).isInstanceOf(Start.class);
        assertThat(start.subject()).isEqualTo(first.toString());
        assertThat(start.cause()).isEqualTo(said.get(0).id());
        run(run).body("state", equalTo("queued")).body("attempts[0].state", equalTo("dispatched"));

        said.add(report(new ExecutionEvent.Started(first, Instant.now(), "local", "agent-1")));
        said.add(report(succeeded(first)));
        assertThat(typesOfRunEvents(run, 3)).containsExactly("Queued", "Running", "Succeeded");
        run(run).body("state", equalTo("succeeded"))
                .body("namespace", equalTo("plant-a"))
                .body("pipeline", equalTo("quality"))
                .body("tasks", equalTo(1))
                .body("succeeded", equalTo(1))
                .body("outstanding", equalTo(0))
                .body("cost.amount", equalTo("0.022"))
                .body("estimate.amount", equalTo("0.05"))
                .body("runnerType", equalTo("onprem"))
                .body("network", equalTo("onprem"))
                .body("boundary", equalTo("plant"))
                .body("attempts", nullValue());

        said.forEach(event -> probe.send(run.toString(), event));
        passThrough(run);
        assertThat(typesOfRunEvents(run, 3)).containsExactly("Queued", "Running", "Succeeded");
        assertThat(dispatches(run, 1)).hasSize(1);
    }

    @Test
    void aBatchFansOutWithinItsParallelismAndMerges() {
        var run = anyRun();
        say(run, Pipeline.ofSlices(5).withParallelism(2).withMerge().permitted(run));

        for (var done = 0; done < 6; done++) {
            var expected = done < 5 ? Math.min(2 + done, 5) : 6;
            var starts = dispatches(run, expected);
            assertThat(starts).hasSize(expected);
            report(succeeded(((Start) starts.get(done).data()).attempt()));
        }

        var ends = probe.awaitEvents(Topic.RUNS, run.toString(), 2);
        assertThat(ends.get(1).data()).isInstanceOfSatisfying(RunEvent.Succeeded.class, end -> {
            assertThat(end.tasks()).isEqualTo(6);
            assertThat(end.cost()).isEqualTo(Money.usd("0.132"));
        });
    }

    @Test
    void aRetryIsDispatchedOnceItIsDue() {
        var run = anyRun();
        var retried = Pipeline.ofOneTask().withRetries(1, Duration.ofMillis(700), FailureClass.INTERRUPTED);
        say(run, retried.permitted(run));
        dispatches(run, 1);
        report(new ExecutionEvent.Failed(
                run.task(0).attempt(1),
                Instant.now(),
                FailureClass.INTERRUPTED,
                "host lost",
                Duration.ofSeconds(1),
                null));

        var starts = dispatches(run, 2);

        assertThat(starts.get(1).subject()).isEqualTo(run + "/0/2");
        assertThat(Duration.between(starts.get(0).time(), starts.get(1).time()))
                .isGreaterThanOrEqualTo(Duration.ofMillis(525));
        report(succeeded(run.task(0).attempt(2)));
        assertThat(typesOfRunEvents(run, 2)).containsExactly("Queued", "Succeeded");
    }

    @Test
    void aCancelledRunEndsOnceItsAttemptsConfirmed() {
        var run = anyRun();
        say(run, Pipeline.ofSlices(2).permitted(run));
        dispatches(run, 2);

        cancel(run, "{\"reason\": \"wrong input\"}")
                .statusCode(202)
                .body("state", equalTo("cancelling"))
                .body("outstanding", equalTo(2));
        cancel(run, "{\"reason\": \"again\"}").statusCode(202).body("reason", equalTo("wrong input"));

        assertThat(dispatches(run, 4).stream()
                        .filter(event -> event.data() instanceof Stop)
                        .map(Event::subject))
                .containsExactly(run + "/0/1", run + "/1/1");
        report(new ExecutionEvent.Stopped(run.task(0).attempt(1), Instant.now(), "asked to", Duration.ZERO, null));
        await().untilAsserted(() -> run(run).body("outstanding", equalTo(1)).body("state", equalTo("cancelling")));
        report(new ExecutionEvent.Stopped(run.task(1).attempt(1), Instant.now(), "asked to", Duration.ZERO, null));
        assertThat(typesOfRunEvents(run, 2)).containsExactly("Queued", "Cancelled");

        cancel(run, "{\"reason\": \"too late\"}").statusCode(202).body("state", equalTo("cancelled"));
        assertThat(typesOfRunEvents(run, 2)).hasSize(2);
    }

    @Test
    void aNamespacesLimitHoldsOverItsRunsAndAWaitSaysWhatUsesIt() {
        var namespace = "limited-" + UUID.randomUUID().toString().substring(0, 8);
        control("{\"scope\": \"namespace/" + namespace + "\", \"most\": 2, \"reason\": \"small plant\"}")
                .statusCode(200)
                .body("most", equalTo(2));
        var first = anyRun();
        var second = anyRun();
        say(first, Pipeline.ofSlices(3).named(namespace, "one").permitted(first));
        dispatches(first, 2);
        say(second, Pipeline.ofOneTask().named(namespace, "two").permitted(second));
        probe.awaitEvents(Topic.RUNS, second.toString(), 1);

        await().untilAsserted(() -> run(second)
                .body("waits[0].scope", equalTo("namespace/" + namespace))
                .body("waits[0].limit", equalTo(2))
                .body("waits[0].used", equalTo(2))
                .body("waits[0].usedBy[0].pipeline", equalTo("one"))
                .body("waits[0].usedBy[0].attempts", equalTo(2)));
        report(succeeded(first.task(0).attempt(1)));
        dispatches(first, 3);
        report(succeeded(first.task(1).attempt(1)));
        assertThat(dispatches(second, 1)).hasSize(1);
        given().get("/runs/" + first + "/tasks")
                .then()
                .body("tasks.state", equalTo(List.of("succeeded", "succeeded", "dispatched")));
    }

    @Test
    void whatIsPausedStartsNothingAndIsToldOnItsTopic() {
        var namespace = "paused-" + UUID.randomUUID().toString().substring(0, 8);
        var scope = "namespace/" + namespace;
        control("{\"scope\": \"" + scope + "\", \"mode\": \"paused\", \"reason\": \"audit\"}")
                .statusCode(200);
        var run = anyRun();
        say(run, Pipeline.ofOneTask().named(namespace, "one").permitted(run));
        probe.awaitEvents(Topic.RUNS, run.toString(), 1);
        await().untilAsserted(() -> run(run).body("waits[0].why", equalTo(scope + " is paused: audit")));

        control("{\"scope\": \"" + scope + "\", \"mode\": \"open\", \"reason\": \"done\"}")
                .statusCode(200);

        dispatches(run, 1);
        assertThat(probe.awaitEvents(Topic.CONTROLS, scope, 2))
                .extracting(event -> event.data().getClass().getSimpleName())
                .containsExactly("Paused", "Resumed");
    }

    @Test
    void aDrainingScopeIsDrainedOnceNothingIsOutAndAKilledOneCancelsItsRuns() {
        var namespace = "drained-" + UUID.randomUUID().toString().substring(0, 8);
        var scope = "namespace/" + namespace;
        var run = anyRun();
        say(run, Pipeline.ofSlices(3).withParallelism(1).named(namespace, "one").permitted(run));
        dispatches(run, 1);
        control("{\"scope\": \"" + scope + "\", \"mode\": \"draining\", \"reason\": \"new cables\"}")
                .statusCode(200);
        report(succeeded(run.task(0).attempt(1)));
        assertThat(probe.awaitEvents(Topic.CONTROLS, scope, 2).get(1).data()).isInstanceOf(ControlEvent.Drained.class);
        assertThat(dispatches(run, 1)).hasSize(1);

        control("{\"scope\": \"" + scope + "\", \"mode\": \"killed\", \"reason\": \"fire\"}")
                .statusCode(200);

        assertThat(probe.awaitEvents(Topic.RUNS, run.toString(), 2).get(1).data())
                .isInstanceOfSatisfying(
                        RunEvent.Cancelled.class,
                        end -> assertThat(end.reason()).isEqualTo(scope + " was killed by anonymous: fire"));
    }

    @Test
    void aPausedRunGoesOnOnceItIsResumed() {
        var run = anyRun();
        say(run, Pipeline.ofSlices(2).withParallelism(1).permitted(run));
        dispatches(run, 1);
        given().body("{\"reason\": \"look at the first\"}")
                .post("/runs/" + run + "/pause")
                .then()
                .statusCode(202);
        report(succeeded(run.task(0).attempt(1)));
        await().untilAsserted(() -> run(run).body("succeeded", equalTo(1)));
        run(run).body("waits[0].why", equalTo("the run is paused: look at the first"));

        given().post("/runs/" + run + "/resume").then().statusCode(202).body("paused", nullValue());

        assertThat(dispatches(run, 2)).hasSize(2);
    }

    @Test
    void anUrgentRunTakesThePlaceOfOneThatMayBePreempted() {
        var namespace = "urgent-" + UUID.randomUUID().toString().substring(0, 8);
        control("{\"scope\": \"namespace/" + namespace + "\", \"most\": 2, \"reason\": \"small plant\"}")
                .statusCode(200);
        var batch = anyRun();
        var urgent = anyRun();
        say(
                batch,
                Pipeline.ofSlices(2).withPreemption().named(namespace, "batch").permitted(batch));
        dispatches(batch, 2);
        say(
                urgent,
                Pipeline.ofOneTask()
                        .withPriority(Manifest.Priority.HIGH)
                        .named(namespace, "urgent")
                        .permitted(urgent));

        var stop = dispatches(batch, 3).get(2);
        assertThat(stop.subject()).isEqualTo(batch + "/1/1");
        assertThat(((Stop) stop.data()).reason()).isEqualTo("preempted: run " + urgent + " is more urgent");
        report(new ExecutionEvent.Stopped(batch.task(1).attempt(1), Instant.now(), "asked to", Duration.ZERO, null));
        dispatches(urgent, 1);
        report(succeeded(urgent.task(0).attempt(1)));

        assertThat(dispatches(batch, 4).get(3).subject()).isEqualTo(batch + "/1/2");
    }

    @Test
    void whatEndedUndoneIsRedrivenByASubmissionOfItsOwn() {
        var namespace = "redriven-" + UUID.randomUUID().toString().substring(0, 8);
        var run = anyRun();
        say(
                run,
                Pipeline.ofCount(3, 3)
                        .withTolerance(2, 0)
                        .named(namespace, "batch")
                        .permitted(run));
        dispatches(run, 3);
        given().post("/runs/" + run + "/redrive").then().statusCode(409).body("detail", containsString("not ended"));
        report(succeeded(run.task(0).attempt(1)));
        report(succeeded(run.task(1).attempt(1)));
        report(new ExecutionEvent.Failed(
                run.task(2).attempt(1), Instant.now(), FailureClass.WORKLOAD_FAILED, "exit 1", Duration.ZERO, null));
        probe.awaitEvents(Topic.RUNS, run.toString(), 2);

        given().post("/runs/" + run + "/redrive").then().statusCode(202).body("tasks", equalTo(1));

        var submitted = (SubmissionEvent.Submitted) probe.awaitEvents(Topic.SUBMISSIONS, namespace + "/batch", 1)
                .get(0)
                .data();
        assertThat(submitted.body().manifest()).contains("\"only\":\"2\"");
        assertThat(submitted.body().parameters()).containsEntry("redrive.of", run.toString());
    }

    @Test
    void aPoolsCapacityFollowsWhatIsToBeDone() {
        var run = anyRun();
        say(run, Pipeline.ofSlices(2).permitted(run));

        await().untilAsserted(() -> given().get("/pools")
                .then()
                .body("pools.find { it.pool == 'pool/onprem@plant' }.desired", greaterThanOrEqualTo(2)));
        assertThat(probe.awaitEvents(Topic.CONTROLS, "pool/onprem@plant", 1)
                        .get(0)
                        .data())
                .isInstanceOf(ControlEvent.CapacityDesired.class);
    }

    @Test
    void aTimeThatHasComeIsASubmissionAndTheEndOfItsRunStartsWhatComesAfter() {
        var namespace = "timed-" + UUID.randomUUID().toString().substring(0, 8);
        var longAgo = Instant.now().minus(Duration.ofHours(1));
        var minutely = new Manifest.Schedule(
                "* * * * *", "UTC", Manifest.Missed.LAST, Manifest.Concurrency.FORBID, null, null, null);
        registered(namespace, "first", longAgo, List.of(minutely), List.of());
        registered(
                namespace,
                "second",
                longAgo,
                List.of(),
                List.of(new Manifest.After("first", Manifest.Outcome.SUCCEEDED)));

        var submitted = (SubmissionEvent.Submitted) probe.awaitEvents(Topic.SUBMISSIONS, namespace + "/first", 1)
                .get(0)
                .data();
        assertThat(submitted.door()).isEqualTo(Door.SCHEDULE);
        assertThat(submitted.body().pipeline()).isEqualTo("first");
        given().get("/schedules/" + namespace + "/first/times?from=2026-01-01T00:00:00Z&limit=2")
                .then()
                .body("times", equalTo(List.of("2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z")));

        say(submitted.run(), Pipeline.ofOneTask().named(namespace, "first").permitted(submitted.run()));
        dispatches(submitted.run(), 1);
        report(succeeded(submitted.run().task(0).attempt(1)));

        assertThat(probe.awaitEvents(Topic.SUBMISSIONS, namespace + "/second", 1)
                        .get(0)
                        .data())
                .isInstanceOfSatisfying(
                        SubmissionEvent.Submitted.class,
                        after -> assertThat(after.body().parameters())
                                .containsEntry("upstream.run", submitted.run().toString()));
    }

    @Test
    void aBackfillIsLookedAtBeforeItRuns() {
        var namespace = "filled-" + UUID.randomUUID().toString().substring(0, 8);
        var daily = new Manifest.Schedule(
                "0 0 * * *", "UTC", Manifest.Missed.LAST, Manifest.Concurrency.ALLOW, null, null, null);
        registered(namespace, "daily", Instant.now(), List.of(daily), List.of());
        var path = "/schedules/" + namespace + "/daily";
        await().untilAsserted(() -> given().get(path).then().statusCode(200));
        var interval = "\"from\": \"2026-01-01T00:00:00Z\", \"until\": \"2026-01-04T00:00:00Z\"";

        given().body("{" + interval + ", \"dryRun\": true}")
                .post(path + "/backfills")
                .then()
                .statusCode(200)
                .body("count", equalTo(3));
        given().body("{" + interval + "}").post(path + "/backfills").then().statusCode(400);
        given().body("{" + interval + ", \"parallelism\": 2, \"reason\": \"late data\"}")
                .post(path + "/backfills")
                .then()
                .statusCode(202);

        assertThat(probe.awaitEvents(Topic.SUBMISSIONS, namespace + "/daily", 2))
                .hasSize(2);
        given().get("/schedules/no/such").then().statusCode(404).body("detail", containsString("PUT /pipelines"));
    }

    private void registered(
            String namespace,
            String pipeline,
            Instant at,
            List<Manifest.Schedule> schedules,
            List<Manifest.After> after) {
        var key = namespace + "/" + pipeline;
        var set =
                new ControlEvent.TriggersSet(namespace, pipeline, Digest.of(pipeline), schedules, after, "ann", at, 0);
        probe.send(key, TopicProbe.event(UUID.randomUUID(), key, namespace, Instant.now(), set));
    }

    @Test
    void aControlThatCanNotBeSetIsAnsweredWithWhatIsAllowed() {
        control("no json").statusCode(400).body("detail", containsString("namespace/finance"));
        control("{\"scope\": \"planet/mars\", \"reason\": \"x\"}")
                .statusCode(400)
                .body("detail", containsString("runner-type/TYPE"));
        control("{\"scope\": \"platform\", \"mode\": \"paused\"}")
                .statusCode(400)
                .body("detail", containsString("'reason'"));
        control("{\"scope\": \"platform\", \"mode\": \"asleep\", \"reason\": \"x\"}")
                .statusCode(400)
                .body("detail", containsString("draining"));
        control("{\"scope\": \"platform\", \"weight\": 2, \"reason\": \"x\"}")
                .statusCode(400)
                .body("detail", containsString("a namespace's"));
        control("{\"scope\": \"platform\", \"reason\": \"x\"}")
                .statusCode(400)
                .body("detail", containsString("Nothing is asked"));
    }

    @Test
    void whatCanNotBeCancelledIsAnsweredWithTheReason() {
        var run = anyRun();

        cancel(run, "{\"reason\": \"why not\"}")
                .statusCode(404)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:barecount:problem:unknown-run"));
        given().get("/runs/" + run).then().statusCode(404).body("detail", containsString(run.toString()));
        for (var body : List.of("", "{}", "[]", "{\"reason\": \" \"}", "{\"reason\": \"" + "x".repeat(501) + "\"}")) {
            cancel(run, body).statusCode(400).body("detail", containsString("reason"));
        }
        given().get("/runs/no-uuid").then().statusCode(400).body("detail", containsString("no-uuid"));
    }

    @Test
    void whoeverEndedASubmissionItEndsHere() {
        var denied = anyRun();
        var rejected = anyRun();
        say(denied, Pipeline.ofOneTask().denied(denied, "Data must stay in the EU."));
        say(
                rejected,
                new ManifestEvent.Rejected(
                        rejected,
                        null,
                        null,
                        Door.HTTP,
                        "ann",
                        List.of(new Violation("syntax", "", 1, 1, "not YAML", "repair it"))));

        assertThat(typesOfRunEvents(denied, 1)).containsExactly("Denied");
        assertThat(typesOfRunEvents(rejected, 1)).containsExactly("Rejected");
        run(denied)
                .body("state", equalTo("denied"))
                .body("reason", equalTo("residency (/spec/data): Data must stay in the EU. Found: us. Allowed: eu."));
        run(rejected).body("state", equalTo("rejected")).body("namespace", nullValue());
    }

    @Test
    void aMalformedRecordGoesToTheDeadLettersAndTheNextGoesThrough() {
        var run = anyRun();
        var event = TopicProbe.event(
                run.value(),
                run.toString(),
                "plant-a",
                Instant.now(),
                Pipeline.ofOneTask().permitted(run));
        var headers = EventCodec.headers(event);
        var topic = Topic.DECISIONS.topicName();
        probe.send(topic, run.toString(), headers, "{\"run\":".getBytes(StandardCharsets.UTF_8));
        probe.send(topic, run.toString(), headers, ("{\"run\":\"" + run + "\"}").getBytes(StandardCharsets.UTF_8));
        probe.send(run.toString(), event);

        assertThat(dispatches(run, 1)).hasSize(1);
        var dead = probe.await(Topic.DECISIONS.deadLetterName(), run.toString(), 2);
        assertThat(dead)
                .hasSize(2)
                .allSatisfy(record -> assertThat(TopicProbe.headers(record))
                        .containsEntry("dead-letter-stage", "/barecount/scheduler-service")
                        .containsKey("dead-letter-reason"));
    }

    @Test
    void runsAreListedNewestFirstInPagesAndByWhatTheyAre() {
        var namespace = "listed-" + UUID.randomUUID();
        var runs = IntStream.range(0, 5).mapToObj(i -> anyRun()).toList();
        for (var run : runs) {
            var pipeline = Pipeline.ofOneTask().named(namespace, run.equals(runs.get(3)) ? "other" : "gdp");
            say(run, pipeline.permitted(run));
            dispatches(run, 1);
        }
        report(succeeded(runs.get(1).task(0).attempt(1)));
        typesOfRunEvents(runs.get(1), 2);

        var first = list("namespace=" + namespace + "&limit=2").body("runs", hasSize(2));
        first.body("runs.run", equalTo(texts(runs.get(4), runs.get(3))));
        var second = list(
                "namespace=" + namespace + "&limit=2&before=" + first.extract().path("next"));
        second.body("runs.run", equalTo(texts(runs.get(2), runs.get(1))));
        list("namespace=" + namespace + "&limit=2&before=" + second.extract().path("next"))
                .body("runs.run", equalTo(texts(runs.get(0))))
                .body("next", nullValue());
        list("namespace=" + namespace + "&pipeline=other").body("runs.run", equalTo(texts(runs.get(3))));
        list("namespace=" + namespace + "&state=succeeded").body("runs.run", equalTo(texts(runs.get(1))));
        list("namespace=" + namespace + "&state=queued&pipeline=gdp")
                .body("runs.run", equalTo(texts(runs.get(4), runs.get(2), runs.get(0))));
    }

    @Test
    void aListThatCanNotBeMadeIsAnsweredWithWhatIsAllowed() {
        given().get("/runs?state=sleeping").then().statusCode(400).body("detail", containsString("cancelling"));
        for (var limit : List.of("0", "501", "-1", "many")) {
            given().get("/runs?limit=" + limit).then().statusCode(400).body("detail", containsString("1 to 500"));
        }
        given().get("/runs?before=" + anyRun()).then().statusCode(400).body("detail", containsString("'before'"));
    }

    /** Everything said under the run's key before this has been decided on when it returns. */
    private void passThrough(RunId run) {
        for (var topic : List.of(Topic.DECISIONS, Topic.EXECUTIONS)) {
            probe.send(topic.topicName(), run.toString(), Map.of(), "last".getBytes(StandardCharsets.UTF_8));
            probe.await(topic.deadLetterName(), run.toString(), 1);
        }
    }

    /** So many of what the run's tasks were told; each start by itself, also of those that are told in one record. */
    private List<Event<?>> dispatches(RunId run, int count) {
        for (var records = 1; ; records++) {
            var told = probe.awaitEvents(Topic.DISPATCHES, run.toString(), records).stream()
                    .flatMap(event -> event.data() instanceof StartAll starts
                            ? starts.each().stream().map(start -> of(event, start))
                            : Stream.<Event<?>>of(event))
                    .toList();
            if (told.size() >= count) {
                return told;
            }
        }
    }

    private static Event<?> of(Event<?> event, Start start) {
        return new Event<>(
                event.id(),
                event.source(),
                event.type(),
                start.attempt().toString(),
                event.time(),
                event.namespace(),
                event.cause(),
                event.sequence(),
                event.traceparent(),
                start);
    }

    private static RunId anyRun() {
        return new RunId(UUID.randomUUID());
    }

    private <T> Event<T> say(RunId run, T data) {
        var event = TopicProbe.event(run.value(), run.toString(), "plant-a", Instant.now(), data);
        probe.send(run.toString(), event);
        return event;
    }

    private Event<ExecutionEvent> report(ExecutionEvent report) {
        var run = report.attempt().run();
        var subject = report.attempt().toString();
        var event = TopicProbe.event(run.value(), subject, "plant-a", Instant.now(), report);
        probe.send(run.toString(), event);
        return event;
    }

    private static ExecutionEvent succeeded(AttemptId attempt) {
        return new ExecutionEvent.Succeeded(attempt, Instant.now(), Duration.ofSeconds(2), null);
    }

    private List<String> typesOfRunEvents(RunId run, int count) {
        return probe.awaitEvents(Topic.RUNS, run.toString(), count).stream()
                .map(event -> event.data().getClass().getSimpleName())
                .toList();
    }

    private static ValidatableResponse run(RunId run) {
        return given().get("/runs/" + run).then().statusCode(200).body("run", equalTo(run.toString()));
    }

    private static ValidatableResponse cancel(RunId run, String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/runs/" + run + "/cancel")
                .then();
    }

    private static ValidatableResponse control(String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/controls")
                .then();
    }

    private static ValidatableResponse list(String query) {
        return given().get("/runs?" + query).then().statusCode(200);
    }

    private static List<String> texts(RunId... runs) {
        return Arrays.stream(runs).map(RunId::toString).toList();
    }
}
