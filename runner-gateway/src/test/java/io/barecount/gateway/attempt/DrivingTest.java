package io.barecount.gateway.attempt;

import static io.barecount.gateway.Permitted.KEY;
import static io.barecount.gateway.Permitted.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.agent.Report;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.signature.Signers;
import io.barecount.gateway.Permitted;
import io.barecount.gateway.attempt.AttemptState.Driven;
import io.barecount.gateway.attempt.AttemptState.Ended;
import io.barecount.gateway.attempt.AttemptState.Pending;
import io.barecount.gateway.boundary.Placement;
import io.barecount.gateway.permit.PermitCheck;
import io.barecount.gateway.permit.SignatureCheck;
import io.barecount.gateway.runner.Observation;
import io.barecount.gateway.runner.StartOutcome;
import io.barecount.gateway.runner.StartRequest;
import io.barecount.messaging.stage.Outgoing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts that a provider executes. */
class DrivingTest {
    private static final SigningKey EVIDENCE = SigningKey.generate();
    private static final Instant PERMITTED_UNTIL = NOON.plusSeconds(60);
    private static final StartRequest REQUEST = StartRequest.of(
            RunnerType.LAMBDA,
            "eu-central-1",
            "token",
            "secret",
            Map.of("function", "f", "version", "1"),
            new Placement("vpc-1", List.of("subnet-1"), List.of("sg-1"), false));

    private final Attempts attempts = new Attempts(
            new PermitCheck(List.of(KEY.verifyingKey())),
            new SignatureCheck(Signers::none),
            EVIDENCE,
            Attempts.Provider.AWS);
    private AttemptState state;

    private List<ExecutionEvent> apply(AttemptInput input) {
        return apply(input, NOON);
    }

    private List<ExecutionEvent> apply(AttemptInput input, Instant now) {
        var decision = attempts.decide(state, input, now);
        state = decision.state() == null
                ? null
                : Json.read(Json.text(decision.state(), AttemptState.class), AttemptState.class);
        return decision.events().stream()
                .map(Outgoing::data)
                .map(ExecutionEvent.class::cast)
                .toList();
    }

    private static AttemptInput start() {
        return start(PERMITTED_UNTIL, null);
    }

    private static AttemptInput start(Instant permittedUntil, StartRequest request) {
        var spec = Permitted.spec(RunnerType.LAMBDA);
        return new AttemptInput.Start(
                new DispatchEvent.Start(
                        Permitted.RUN.task(0).attempt(1),
                        spec,
                        "a",
                        false,
                        Permitted.boundary(),
                        Permitted.estimate(),
                        Permitted.permit(spec, permittedUntil, KEY)),
                "team-a",
                request);
    }

    private static AttemptInput answered(StartOutcome outcome) {
        return new AttemptInput.Answered(outcome, NOON.plusSeconds(1));
    }

    private static AttemptInput taken(String token, String claimId) {
        return new AttemptInput.Taken(token, claimId, "instance-1", Map.of("os", "Linux"));
    }

    private static AttemptInput stop() {
        return new AttemptInput.Stop(
                new DispatchEvent.Stop(Permitted.RUN.task(0).attempt(1), "cancelled"), "team-a");
    }

    private static AttemptInput ended(Integer exitCode) {
        return new AttemptInput.Observed(new Observation.Ended(exitCode, "it ended"));
    }

    private static AttemptInput report(String claimId, Report.Outcome outcome) {
        return new AttemptInput.Reported(
                new Report(
                        "instance-1",
                        1,
                        claimId,
                        outcome,
                        outcome == Report.Outcome.FAILED ? FailureClass.WORKLOAD_FAILED : null,
                        "reason",
                        NOON,
                        NOON.plusSeconds(3),
                        outcome == Report.Outcome.SUCCEEDED ? 0 : null,
                        Map.of(),
                        Map.of("heap", "64MiB"),
                        null,
                        "address 10.0.0.7, as seen from inside",
                        null,
                        Map.of()),
                null);
    }

    private void drive() {
        apply(start());
        apply(new AttemptInput.Prepared(REQUEST));
        apply(answered(StartOutcome.Accepted.of("handle-1")));
    }

    private static FailureClass failure(List<ExecutionEvent> told) {
        assertThat(told).singleElement().isInstanceOf(ExecutionEvent.Failed.class);
        return ((ExecutionEvent.Failed) told.get(0)).failureClass();
    }

    @Test
    void aStartWhoseRequestIsKnownIsStoredWithIt() {
        apply(start(PERMITTED_UNTIL, REQUEST));

        assertThat(state).isInstanceOfSatisfying(Driven.class, driven -> {
            assertThat(driven.request()).isEqualTo(REQUEST);
            assertThat(driven.handle()).isNull();
        });
    }

    @Test
    void aRequestDoesNotReplaceAPermit() {
        var told = apply(start(NOON.minusSeconds(1), REQUEST));

        assertThat(state).isInstanceOf(Ended.class);
        assertThat(told)
                .singleElement()
                .isInstanceOfSatisfying(
                        ExecutionEvent.Failed.class,
                        failed -> assertThat(failed.failureClass()).isEqualTo(FailureClass.PERMIT_REFUSED));
    }

    @Test
    void aRepeatedStartDoesNotChangeTheRequestThatIsStored() {
        apply(start(PERMITTED_UNTIL, REQUEST));
        var stored = state;
        var other = StartRequest.of(
                REQUEST.runner(), REQUEST.region(), "token", "another secret", REQUEST.settings(), REQUEST.placement());

        apply(start(PERMITTED_UNTIL, other));

        assertThat(state).isEqualTo(stored);
    }

    @Test
    void theRequestIsStoredBeforeItIsAskedForAndStandsInTheEvidence() {
        apply(start());
        assertThat(state).isInstanceOf(Pending.class);
        apply(new AttemptInput.Prepared(REQUEST));
        assertThat(state)
                .isInstanceOfSatisfying(
                        Driven.class, driven -> assertThat(driven.request()).isEqualTo(REQUEST));
        apply(answered(StartOutcome.Accepted.of("handle-1")));
        assertThat(apply(taken("secret", "c"))).singleElement().isInstanceOf(ExecutionEvent.Started.class);
        var told = apply(report("c", Report.Outcome.SUCCEEDED));

        assertThat(told).singleElement().isInstanceOfSatisfying(ExecutionEvent.Succeeded.class, success -> {
            var evidence = Json.fromTree(
                    success.evidence().verify(List.of(EVIDENCE.verifyingKey())).predicate(), Evidence.class);
            assertThat(evidence.provider()).isEqualTo("aws");
            assertThat(evidence.runner()).isEqualTo("instance-1");
            assertThat(evidence.configuration().applied())
                    .containsEntry("version", "1")
                    .containsEntry("handle", "handle-1")
                    .containsEntry("heap", "64MiB");
            assertThat(evidence.network().applied()).contains("subnet-1").contains("no public address");
            assertThat(Json.text(evidence)).doesNotContain("secret");
        });
    }

    @Test
    void theClaimIsGrantedToOneWhoeverComesFirst() {
        drive();

        assertThat(apply(taken("wrong", "c"))).isEmpty();
        assertThat(apply(taken(null, "c"))).isEmpty();
        assertThat(apply(taken("secret", "c"))).hasSize(1);
        assertThat(apply(taken("secret", "c"))).isEmpty();
        assertThat(apply(taken("secret", "d"))).isEmpty();
        assertThat(apply(report("d", Report.Outcome.SUCCEEDED))).isEmpty();
        assertThat(apply(report("c", Report.Outcome.SUCCEEDED))).hasSize(1);
    }

    @Test
    void theClaimMayComeBeforeTheAnswer() {
        apply(start());
        apply(new AttemptInput.Prepared(REQUEST));

        assertThat(apply(taken("secret", "c"))).hasSize(1);
        assertThat(apply(answered(new StartOutcome.Refused("no")))).isEmpty();
        assertThat(apply(answered(new StartOutcome.Unknown("lost")))).isEmpty();
        assertThat(apply(report("c", Report.Outcome.SUCCEEDED))).hasSize(1);
        assertThat(apply(answered(StartOutcome.Accepted.of("handle-1")))).isEmpty();
    }

    @Test
    void whatNothingClaimedHasNotStartedAndCanNoMore() {
        drive();

        assertThat(failure(apply(ended(1)))).isEqualTo(FailureClass.NOT_STARTED);
        assertThat(apply(taken("secret", "c"))).isEmpty();
        assertThat(state).isInstanceOf(Ended.class);
    }

    @Test
    void whatEndedWithoutAReportWasInterrupted() {
        drive();
        apply(taken("secret", "c"));

        assertThat(failure(apply(ended(137)))).isEqualTo(FailureClass.INTERRUPTED);
        assertThat(apply(report("c", Report.Outcome.SUCCEEDED))).isEmpty();
    }

    @Test
    void aBusyProviderIsAskedAgainWithTheSameRequestAndNotForEver() {
        apply(start());
        for (var i = 0; i < Driving.BUSY_MAX; i++) {
            apply(new AttemptInput.Prepared(REQUEST));
            assertThat(apply(answered(new StartOutcome.Busy("later")))).isEmpty();
            assertThat(state)
                    .isInstanceOfSatisfying(
                            Pending.class,
                            pending -> assertThat(pending.notBefore()).isEqualTo(NOON.plusSeconds(1)));
        }
        apply(new AttemptInput.Prepared(REQUEST));

        assertThat(failure(apply(answered(new StartOutcome.Busy("later"))))).isEqualTo(FailureClass.NOT_STARTED);
    }

    @Test
    void whatIsInDoubtIsSaidToBeSoAndItsClaimIsVoid() {
        apply(start());
        apply(new AttemptInput.Prepared(REQUEST));
        assertThat(apply(answered(new StartOutcome.Unknown("no answer")))).isEmpty();

        assertThat(failure(apply(new AttemptInput.GivenUp(FailureClass.IN_DOUBT, "not found"))))
                .isEqualTo(FailureClass.IN_DOUBT);
        assertThat(apply(taken("secret", "c"))).isEmpty();
    }

    @Test
    void whatTheProviderForgotIsLostTrackOfAndNeverASuccess() {
        drive();
        apply(taken("secret", "c"));

        assertThat(failure(apply(new AttemptInput.Observed(new Observation.Forgotten()))))
                .isEqualTo(FailureClass.LOST_TRACK);
    }

    @Test
    void aStopIsSaidWhenTheProviderOrTheWorkloadSaysSo() {
        drive();
        apply(taken("secret", "c"));
        assertThat(apply(stop())).isEmpty();
        assertThat(apply(ended(null))).singleElement().isInstanceOf(ExecutionEvent.Stopped.class);

        state = null;
        drive();
        assertThat(apply(stop())).isEmpty();
        assertThat(apply(taken("secret", "c"))).isEmpty();
        assertThat(apply(ended(null))).singleElement().isInstanceOf(ExecutionEvent.Stopped.class);
    }

    @Test
    void whatLeftItsBoundaryIsSaidToHaveLeftItWhateverTheWorkloadSays() {
        drive();
        apply(taken("secret", "c"));
        assertThat(apply(stop())).isEmpty();
        assertThat(apply(new AttemptInput.Observed(new Observation.Outside("elsewhere"))))
                .isEmpty();

        assertThat(failure(apply(report("c", Report.Outcome.SUCCEEDED)))).isEqualTo(FailureClass.BOUNDARY_VIOLATION);
    }

    @Test
    void aWorkloadThatSucceededBeforeItsTimeoutWasSeenHasSucceeded() {
        drive();
        apply(taken("secret", "c"));
        apply(new AttemptInput.Overdue(FailureClass.TIMED_OUT, "too long"));

        assertThat(apply(report("c", Report.Outcome.SUCCEEDED)))
                .singleElement()
                .isInstanceOf(ExecutionEvent.Succeeded.class);
    }

    /** Any history: started at most once, ended at most once, nothing after the end, no success without a claim and its report. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
    void anyHistoryStartsOnceAndEndsOnce(long seed) {
        var random = new SplittableRandom(seed);
        for (var history = 0; history < 100; history++) {
            state = null;
            var told = new ArrayList<ExecutionEvent>();
            var now = NOON;
            for (var i = 0; i < 40; i++) {
                now = now.plusMillis(random.nextInt(2000));
                var before = state;
                var next = any(random);
                var said = apply(next, now);
                told.addAll(said);
                if (said.stream().anyMatch(ExecutionEvent.Succeeded.class::isInstance)) {
                    assertThat(next).isInstanceOf(AttemptInput.Reported.class);
                    assertThat(((Driven) before).holder()).isNotNull();
                }
            }
            assertThat(told.stream().filter(ExecutionEvent.Started.class::isInstance))
                    .hasSizeLessThanOrEqualTo(1);
            var ends = told.stream()
                    .filter(event -> !(event instanceof ExecutionEvent.Started))
                    .toList();
            assertThat(ends).hasSizeLessThanOrEqualTo(1);
            assertThat(ends).isSubsetOf(told.isEmpty() ? List.of() : List.of(told.get(told.size() - 1)));
        }
    }

    private static AttemptInput any(SplittableRandom random) {
        var id = Integer.toString(random.nextInt(3));
        return switch (random.nextInt(16)) {
            case 0, 1 -> start();
            case 2, 3 -> new AttemptInput.Prepared(REQUEST);
            case 4 -> new AttemptInput.Postponed("busy", NOON);
            case 5 -> answered(StartOutcome.Accepted.of("handle-1"));
            case 6 -> answered(new StartOutcome.Busy("busy"));
            case 7 -> answered(random.nextInt(4) == 0 ? new StartOutcome.Refused("no") : new StartOutcome.Unknown("?"));
            case 8, 9, 10 -> taken(random.nextInt(4) == 0 ? "wrong" : "secret", id);
            case 11 -> report(id, Report.Outcome.values()[random.nextInt(3)]);
            case 12 ->
                new AttemptInput.Observed(
                        random.nextBoolean() ? new Observation.Alive("here") : new Observation.Outside("elsewhere"));
            case 13 -> random.nextInt(3) == 0 ? ended(1) : new AttemptInput.Observed(new Observation.Alive(null));
            case 14 -> new AttemptInput.Overdue(FailureClass.TIMED_OUT, "too long");
            default ->
                switch (random.nextInt(6)) {
                    case 0 -> stop();
                    case 1 -> new AttemptInput.GivenUp(FailureClass.IN_DOUBT, "not found");
                    case 2 -> new AttemptInput.Observed(new Observation.Forgotten());
                    case 3 -> new AttemptInput.NotPrepared(FailureClass.NOT_STARTED, "no role");
                    default -> new AttemptInput.Observed(new Observation.Alive("there"));
                };
        };
    }
}
