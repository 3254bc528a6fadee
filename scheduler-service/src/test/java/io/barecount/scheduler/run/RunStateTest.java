package io.barecount.scheduler.run;

import static io.barecount.contracts.manifest.FailureClass.WORKLOAD_FAILED;
import static io.barecount.scheduler.run.Way.NOON;
import static io.barecount.scheduler.run.Way.RUN;
import static io.barecount.scheduler.run.Way.SECOND;
import static io.barecount.scheduler.run.Way.reported;
import static io.barecount.scheduler.run.Way.retrying;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.dispatch.DispatchEvent.Start;
import io.barecount.contracts.dispatch.DispatchEvent.Stop;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.run.RunEvent;
import io.barecount.contracts.submission.Door;
import io.barecount.messaging.stage.Decision;
import io.barecount.scheduler.Pipeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunStateTest {
    @Test
    void aPermittedRunIsQueuedAndDispatchedAsItWasPermitted() {
        var pipeline = Pipeline.ofOneTask();
        var way = new Way().permit(pipeline);

        var permitted = pipeline.permitted(RUN);
        assertThat(way.told)
                .containsExactly(
                        new RunEvent.Queued(RUN, "plant-a", "quality", NOON, 1),
                        new Start(
                                RUN.task(0).attempt(1),
                                permitted.spec(),
                                null,
                                false,
                                permitted.boundary(),
                                permitted.estimate(),
                                permitted.permit()));
        assertThat(way.subjects).containsExactly(RUN.toString(), RUN + "/0/1");
        assertThat(way.summary().status()).isEqualTo(Status.QUEUED);
    }

    @Test
    void aHeldRunWaitsAndOneWhosePermitIsRevokedEndsAsCancelled() {
        var permitted = Pipeline.ofOneTask().permitted(RUN);
        var held = new DecisionEvent.Held(
                RUN,
                permitted.spec(),
                permitted.boundary(),
                permitted.estimate(),
                permitted.policySet(),
                List.of(),
                permitted.policySet(),
                NOON);
        var revoked = new DecisionEvent.Revoked(
                RUN, "plant-a", "quality", permitted.spec().digest(), "gus", "not ours", NOON);

        assertThat(RunState.decide(null, new RunInput.Decided(held), NOON)).isEqualTo(Decision.unchanged(null));
        var queued = new Way().then(new RunInput.Decided(permitted)).state;
        var stopping = RunState.decide(queued, new RunInput.Decided(revoked), NOON);
        assertThat(stopping.events())
                .singleElement()
                .satisfies(told -> assertThat(told.data()).isInstanceOf(Stop.class));
        assertThat(stopping.state().summary().status()).isEqualTo(Status.CANCELLING);
        assertThat(stopping.state().summary().reason()).isEqualTo("the permit was revoked by gus: not ours");
        assertThat(RunState.decide(queued, new RunInput.Decided(held), NOON)).isEqualTo(Decision.unchanged(queued));
    }

    @Test
    void aRunOfOneTaskSucceedsWithIt() {
        var way = new Way().permit(Pipeline.ofOneTask()).started(0, 1);
        assertThat(way.told).containsExactly(new RunEvent.Running(RUN, "plant-a", "quality", NOON, 1));
        assertThat(way.summary().status()).isEqualTo(Status.RUNNING);

        way.succeeded(0, 1);

        assertThat(way.told)
                .containsExactly(new RunEvent.Succeeded(RUN, "plant-a", "quality", NOON, 1, 0, Money.usd("0.021")));
        assertThat(way.summary().status()).isEqualTo(Status.SUCCEEDED);
        assertThat(way.summary().endedAt()).isEqualTo(NOON);
    }

    @Test
    void aFailureThatMayNotBeRetriedNamesTaskAttemptClassAndReason() {
        var way = new Way().permit(Pipeline.ofOneTask()).started(0, 1).failed(0, 1, WORKLOAD_FAILED);

        assertThat(way.told)
                .containsExactly(new RunEvent.Failed(
                        RUN,
                        "plant-a",
                        "quality",
                        NOON,
                        1,
                        1,
                        Money.usd("0.021"),
                        "task 0, attempt 1: workload-failed: exit 3"));
    }

    @Test
    void anAttemptThatNeverStartedCostsNothing() {
        var way = new Way()
                .permit(Pipeline.ofOneTask())
                .then(reported(new ExecutionEvent.Failed(
                        RUN.task(0).attempt(1), NOON, FailureClass.NOT_STARTED, "no capacity", Duration.ZERO, null)));

        assertThat(way.summary().cost()).isEqualTo(Money.usd("0"));
        assertThat(way.summary().status()).isEqualTo(Status.FAILED);
    }

    @Test
    void aRetryWaitsForItsTimeAndHasTheNextNumber() {
        var way = new Way().permit(retrying(Pipeline.ofOneTask())).started(0, 1).failed(0, 1, WORKLOAD_FAILED);
        assertThat(way.told).isEmpty();
        var due = way.summary().nextDueAt();
        assertThat(due).isBetween(NOON.plusMillis(7_500), NOON.plusSeconds(10));

        assertThat(way.after(Duration.between(NOON, due).minusMillis(1)).told).isEmpty();
        assertThat(way.after(Duration.ofMillis(1)).starts()).containsExactly("0/2");
        assertThat(way.summary().nextDueAt()).isNull();
        assertThat(way.after(Duration.ZERO).told).isEmpty();
    }

    @Test
    void retriesEndWithTheLastOne() {
        var way = new Way().permit(retrying(Pipeline.ofOneTask())).failed(0, 1, WORKLOAD_FAILED);
        way.after(Duration.ofSeconds(10)).failed(0, 2, WORKLOAD_FAILED);
        assertThat(way.summary().nextDueAt()).isBetween(NOON.plusSeconds(25), NOON.plusSeconds(30));

        way.after(Duration.ofSeconds(20)).failed(0, 3, WORKLOAD_FAILED);

        assertThat(way.summary().status()).isEqualTo(Status.FAILED);
        assertThat(way.summary().cost()).isEqualTo(Money.usd("0.063"));
        assertThat(way.summary().reason()).startsWith("task 0, attempt 3: ");
    }

    @Test
    void nothingIsDispatchedThatNoRoomWasGrantedFor() {
        var way = new Way().withRoom(0).permit(retrying(Pipeline.ofSlices(3).withParallelism(2)));
        assertThat(way.told).hasOnlyElementsOfType(RunEvent.Queued.class);
        assertThat(way.state.demand()).returns(0, Demand::held).returns(2, Demand::wanted);

        assertThat(way.then(new RunInput.Granted(1)).starts()).containsExactly("0/1");
        assertThat(way.state.demand()).returns(1, Demand::held).returns(1, Demand::wanted);
        assertThat(way.then(new RunInput.Granted(7)).starts()).containsExactly("1/1");
        assertThat(way.then(new RunInput.Granted(7)).told).isEmpty();

        way.failed(0, 1, WORKLOAD_FAILED);
        assertThat(way.state.demand()).returns(1, Demand::held).returns(0, Demand::wanted);
        assertThat(way.after(Duration.ofSeconds(10)).state.demand()).returns(1, Demand::wanted);
        assertThat(way.then(new RunInput.Granted(1)).starts()).containsExactly("0/2");
    }

    @Test
    void aPausedRunStartsNothingAndWhatIsOutGoesOn() {
        var way = new Way()
                .permit(Pipeline.ofSlices(3).withParallelism(1))
                .then(new RunInput.Pause("ann", "price check"));
        assertThat(way.summary().paused()).isEqualTo("price check");

        assertThat(way.succeeded(0, 1).starts()).isEmpty();
        assertThat(way.then(new RunInput.Pause("ann", "again")).summary().paused())
                .isEqualTo("price check");
        assertThat(way.then(new RunInput.Resume("ann")).starts()).containsExactly("1/1");
        assertThat(way.summary().paused()).isNull();
    }

    @Test
    void aRunThatGetsNothingToRunOnInTimeFails() {
        var way = new Way().withRoom(0).permit(Pipeline.ofOneTask());
        assertThat(way.state.dueAt()).isEqualTo(NOON.plus(Plan.QUEUE_TIMEOUT));

        way.after(Plan.QUEUE_TIMEOUT);

        assertThat(way.summary().status()).isEqualTo(Status.FAILED);
        assertThat(way.summary().reason()).contains("queue timeout of PT168H");
    }

    @Test
    void anAttemptThatDoesNotStartInTimeIsStoppedAndItsTaskTriedAgain() {
        var way = new Way().permit(Pipeline.ofOneTask()).after(Plan.START_TIMEOUT);
        assertThat(way.stops()).containsExactly("0/1");
        assertThat(way.after(Plan.START_TIMEOUT).told).isEmpty();

        assertThat(way.stopped(0, 1).told).isEmpty();
        assertThat(way.after(Duration.ofSeconds(10)).starts()).containsExactly("0/2");
        assertThat(way.started(0, 2).after(Plan.START_TIMEOUT).told).isEmpty();
    }

    @Test
    void aPreemptedTaskIsQueuedAgainAtNoCostToItsRetries() {
        var way = new Way()
                .permit(Pipeline.ofSlices(3).withPreemption())
                .then(new RunInput.Preempt(2, "run 7 is more urgent"));
        assertThat(way.stops()).containsExactly("2/1", "1/1");

        way.withRoom(0).stopped(2, 1).succeeded(1, 1);
        assertThat(way.state.demand()).returns(1, Demand::wanted).returns(1, Demand::preemptible);
        assertThat(way.withRoom(1).then(new RunInput.Due()).starts()).containsExactly("2/2");
        way.succeeded(0, 1).succeeded(2, 2);
        assertThat(way.summary().status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void whatIsNotDeclaredPreemptibleIsLeftAlone() {
        var way = new Way().permit(Pipeline.ofSlices(3)).then(new RunInput.Preempt(2, "run 7 is more urgent"));

        assertThat(way.told).isEmpty();
    }

    @Test
    void aReportOfTheFormerAttemptDoesNotMoveTheTask() {
        var way = new Way()
                .permit(retrying(Pipeline.ofOneTask()))
                .failed(0, 1, WORKLOAD_FAILED)
                .after(Duration.ofSeconds(10));
        var before = way.state;

        assertThat(way.succeeded(0, 1).state).isSameAs(before);
        assertThat(way.told).isEmpty();
    }

    @Test
    void aTaskThatTheGatewayStoppedUnaskedHasFailed() {
        var way = new Way().permit(retrying(Pipeline.ofOneTask())).started(0, 1).stopped(0, 1);

        assertThat(way.told(RunEvent.Failed.class))
                .singleElement()
                .extracting(RunEvent.Failed::reason)
                .isEqualTo("task 0, attempt 1: stopped: asked to");
    }

    @Test
    void cancellingWhatIsNotKnownLeavesItUnknown() {
        var way = new Way().cancel();

        assertThat(way.state).isNull();
        assertThat(way.permit(Pipeline.ofOneTask()).starts()).containsExactly("0/1");
    }

    @Test
    void aDeniedRunStartsNothingAndSaysWhichRulesSpoke() {
        var way = new Way().then(new RunInput.Decided(Pipeline.ofOneTask().denied(RUN, "Data must stay in the EU.")));

        assertThat(way.told)
                .containsExactly(new RunEvent.Denied(
                        RUN,
                        "plant-a",
                        "quality",
                        NOON,
                        "residency (/spec/data): Data must stay in the EU. Found: us. Allowed: eu."));
        assertThat(way.summary().status()).isEqualTo(Status.DENIED);
        assertThat(way.permit(Pipeline.ofOneTask()).told).isEmpty();
    }

    @Test
    void aRejectedSubmissionEndsEvenIfItCouldNotBeRead() {
        var violations = new ArrayList<Violation>();
        for (var i = 0; i < 7; i++) {
            violations.add(new Violation("unknown-field", "/spec/f" + i, 1, 1, "unknown field", "remove it"));
        }
        var way = new Way()
                .then(new RunInput.Refused(new ManifestEvent.Rejected(RUN, null, null, Door.HTTP, "ann", violations)));

        assertThat(way.told(RunEvent.Rejected.class)).singleElement().satisfies(rejected -> {
            assertThat(rejected.namespace()).isNull();
            assertThat(rejected.reason())
                    .startsWith("/spec/f0: unknown field; ")
                    .endsWith("; and 2 more");
        });
        assertThat(Json.read(Json.text(way.state, RunState.class), RunState.class))
                .isEqualTo(way.state);
    }

    @Test
    void aReasonIsBoundedAndPrintable() {
        var way = new Way()
                .permit(Pipeline.ofOneTask())
                .then(reported(new ExecutionEvent.Failed(
                        RUN.task(0).attempt(1), NOON, WORKLOAD_FAILED, "a\0b\n" + "x".repeat(5000), SECOND, null)));

        assertThat(way.summary().reason()).contains("a b x").hasSize(1000).endsWith("…");
    }

    /** Every state, with every input that must not move it. */
    @ParameterizedTest
    @MethodSource
    void whatWasSaidBeforeOrSpeaksOfOthersChangesNothing(RunState state, RunInput input) {
        var decision = RunState.decide(state, input, NOON.plusSeconds(5));

        assertThat(decision.state()).isSameAs(state);
        assertThat(decision.events()).isEmpty();
    }

    static Stream<Object[]> whatWasSaidBeforeOrSpeaksOfOthersChangesNothing() {
        var batch = retrying(Pipeline.ofSlices(3).withParallelism(2));
        var other = RunId.parse("0197c0de-0000-7000-8000-000000000002");
        var running = new Way().permit(batch).started(0, 1).state;
        var waiting = new Way().permit(batch).started(0, 1).failed(0, 1, WORKLOAD_FAILED).state;
        var cancelling = new Way().permit(batch).started(0, 1).cancel().state;
        var cancelled = new Way().permit(batch).cancel().stopped(0, 1).stopped(1, 1).state;
        var denied = new Way().then(new RunInput.Decided(batch.denied(RUN, "no"))).state;
        var strays = List.<RunInput>of(
                new RunInput.Decided(batch.permitted(RUN)),
                new RunInput.Decided(batch.denied(RUN, "late")),
                new RunInput.Refused(new ManifestEvent.Rejected(RUN, "n", "p", Door.KAFKA, "ann", List.of())),
                reported(new ExecutionEvent.Started(RUN.task(0).attempt(2), NOON, "local", "agent-1")),
                reported(new ExecutionEvent.Succeeded(RUN.task(2).attempt(1), NOON, SECOND, null)),
                reported(new ExecutionEvent.Stopped(RUN.task(9).attempt(1), NOON, "?", SECOND, null)),
                reported(new ExecutionEvent.Failed(
                        other.task(0).attempt(1), NOON, WORKLOAD_FAILED, "other run", SECOND, null)),
                new RunInput.Due(),
                new RunInput.Granted(0),
                new RunInput.Resume("ann"),
                new RunInput.Preempt(1, "no"));
        var ofTheFirst = List.<RunInput>of(
                reported(new ExecutionEvent.Started(RUN.task(0).attempt(1), NOON, "local", "agent-1")));
        var ends = List.<RunInput>of(
                new RunInput.Cancel("again"),
                reported(new ExecutionEvent.Succeeded(RUN.task(0).attempt(1), NOON, SECOND, null)));
        return Stream.of(
                        pairs(running, strays, ofTheFirst),
                        pairs(waiting, strays, ofTheFirst, List.of(ends.get(1))),
                        pairs(cancelling, strays, ofTheFirst, List.of(ends.get(0))),
                        pairs(cancelled, strays, ofTheFirst, ends),
                        pairs(denied, strays, ofTheFirst, ends),
                        pairs(null, List.of(strays.get(3), strays.get(7), strays.get(8), strays.get(9)), ends))
                .flatMap(pairs -> pairs);
    }

    @SafeVarargs
    private static Stream<Object[]> pairs(RunState state, List<RunInput>... inputs) {
        return Stream.of(inputs).flatMap(List::stream).map(input -> new Object[] {state, input});
    }
}
