package io.barecount.gateway.attempt;

import static io.barecount.gateway.Permitted.KEY;
import static io.barecount.gateway.Permitted.NOON;
import static io.barecount.gateway.Permitted.start;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.signature.ManifestSignature;
import io.barecount.contracts.signature.Signers;
import io.barecount.gateway.Permitted;
import io.barecount.gateway.attempt.Attempts.Provider;
import io.barecount.gateway.permit.PermitCheck;
import io.barecount.gateway.permit.SignatureCheck;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptsTest {
    private static final SigningKey EVIDENCE = SigningKey.generate();
    private static final AttemptInput START = new AttemptInput.Start(start(), "team-a");
    private static final AttemptInput STOP =
            new AttemptInput.Stop(new DispatchEvent.Stop(start().attempt(), "enough"), "team-a");

    private Attempts attempts = new Attempts(
            new PermitCheck(List.of(KEY.verifyingKey())), new SignatureCheck(Signers::none), EVIDENCE, Provider.LOCAL);
    private AttemptState state;

    private List<ExecutionEvent> apply(AttemptInput input, Instant now) {
        Decision<AttemptState> decision = attempts.decide(state, input, now);
        state = decision.state();
        return decision.events().stream()
                .map(Outgoing::data)
                .map(ExecutionEvent.class::cast)
                .toList();
    }

    private static AttemptInput offer(String agent, Instant deadline) {
        return new AttemptInput.Offer(agent, deadline);
    }

    private static AttemptInput claim(String agent, long epoch, String id) {
        return new AttemptInput.Claimed(new Claim(agent, epoch, id));
    }

    private static AttemptInput report(String id, Report.Outcome outcome) {
        return new AttemptInput.Reported(
                new Report(
                        "agent",
                        1,
                        id,
                        outcome,
                        null,
                        "reason",
                        NOON,
                        NOON.plusSeconds(3),
                        0,
                        Map.of("os", "any"),
                        Map.of("heap", "1"),
                        "host network",
                        Evidence.CONFIGURED_NOT_OBSERVED,
                        null,
                        Map.of()),
                null);
    }

    @Test
    void anAttemptIsOfferedClaimedAndReportedOnce() {
        assertThat(apply(START, NOON)).isEmpty();
        assertThat(apply(offer("agent", NOON.plusSeconds(10)), NOON)).isEmpty();
        assertThat(apply(claim("agent", 1, "c"), NOON)).singleElement().isInstanceOf(ExecutionEvent.Started.class);
        var ended = apply(report("c", Report.Outcome.SUCCEEDED), NOON.plusSeconds(3));

        assertThat(ended).singleElement().isInstanceOfSatisfying(ExecutionEvent.Succeeded.class, success -> {
            assertThat(success.time()).hasSeconds(3);
            var evidence = success.evidence()
                    .verify(List.of(EVIDENCE.verifyingKey()))
                    .predicate(
                            Evidence.PREDICATE_TYPE,
                            Evidence.class,
                            start().spec().digest());
            assertThat(evidence.provider()).isEqualTo("local");
            assertThat(evidence.network().requested()).contains("core");
        });
        assertThat(apply(START, NOON)).isEmpty();
        assertThat(apply(report("c", Report.Outcome.SUCCEEDED), NOON)).isEmpty();
    }

    @Test
    void aSecondClaimIsNotGrantedAndTheFirstIsConfirmedAgain() {
        apply(START, NOON);
        apply(offer("agent", NOON.plusSeconds(10)), NOON);
        apply(claim("agent", 1, "c"), NOON);

        assertThat(apply(claim("agent", 1, "c"), NOON)).isEmpty();
        assertThat(apply(claim("agent", 1, "d"), NOON)).isEmpty();
        assertThat(state)
                .isInstanceOfSatisfying(
                        AttemptState.Claimed.class,
                        held -> assertThat(held.claimId()).isEqualTo("c"));
    }

    @Test
    void anOfferThatRanOutIsVoid() {
        apply(START, NOON);
        apply(offer("slow", NOON.plusSeconds(10)), NOON);
        apply(offer("quick", NOON.plusSeconds(30)), NOON.plusSeconds(11));

        assertThat(apply(claim("slow", 1, "c"), NOON.plusSeconds(12))).isEmpty();
        assertThat(apply(claim("quick", 2, "d"), NOON.plusSeconds(12))).hasSize(1);
    }

    @Test
    void aStopBeforeTheStartKeepsItFromStarting() {
        assertThat(apply(STOP, NOON)).singleElement().isInstanceOf(ExecutionEvent.Stopped.class);
        assertThat(apply(START, NOON)).isEmpty();
        assertThat(apply(offer("agent", NOON.plusSeconds(10)), NOON)).isEmpty();
        assertThat(state).isInstanceOf(AttemptState.Ended.class);
    }

    @Test
    void aRunningAttemptIsStoppedOnlyWhenItsAgentSaysSo() {
        apply(START, NOON);
        apply(offer("agent", NOON.plusSeconds(10)), NOON);
        apply(claim("agent", 1, "c"), NOON);

        assertThat(apply(STOP, NOON)).isEmpty();
        assertThat(apply(report("c", Report.Outcome.STOPPED), NOON))
                .singleElement()
                .isInstanceOf(ExecutionEvent.Stopped.class);
    }

    @Test
    void anAttemptWhoseAgentIsGoneIsInterruptedAndItsLateReportIsNot() {
        apply(START, NOON);
        apply(offer("agent", NOON.plusSeconds(10)), NOON);
        apply(claim("agent", 1, "c"), NOON);

        assertThat(apply(new AttemptInput.Lost("agent", "silent"), NOON.plusSeconds(20)))
                .singleElement()
                .isInstanceOfSatisfying(
                        ExecutionEvent.Failed.class,
                        f -> assertThat(f.failureClass()).isEqualTo(FailureClass.INTERRUPTED));
        assertThat(apply(report("c", Report.Outcome.SUCCEEDED), NOON.plusSeconds(21)))
                .isEmpty();
    }

    @Test
    void withoutAPermitNothingIsQueued() {
        var good = start();
        var forged = new DispatchEvent.Start(
                good.attempt(),
                good.spec(),
                good.slice(),
                false,
                good.boundary(),
                good.estimate(),
                Permitted.permit(good.spec(), NOON.plusSeconds(60), SigningKey.generate()));

        assertThat(apply(new AttemptInput.Start(forged, "team-a"), NOON))
                .singleElement()
                .isInstanceOfSatisfying(
                        ExecutionEvent.Failed.class,
                        f -> assertThat(f.failureClass()).isEqualTo(FailureClass.PERMIT_REFUSED));
        assertThat(state).isInstanceOf(AttemptState.Ended.class);
    }

    @Test
    void aRevokedPermitStartsNothingThoughItVerifies() {
        assertThat(apply(new AttemptInput.Start(start(), "team-a").withRevocation("by gus, not ours"), NOON))
                .singleElement()
                .isInstanceOfSatisfying(ExecutionEvent.Failed.class, f -> {
                    assertThat(f.failureClass()).isEqualTo(FailureClass.PERMIT_REFUSED);
                    assertThat(f.reason()).isEqualTo("the permit was revoked: by gus, not ours");
                });
    }

    /** From start to claim: a queue may be long. */
    @Test
    void aSignerThatIsRevokedWhileTheAttemptWaitsStartsNothing() {
        var key = SigningKey.generate();
        var revoked = new AtomicReference<Signers.Revoked>();
        attempts = new Attempts(
                new PermitCheck(List.of(KEY.verifyingKey())),
                new SignatureCheck(namespace -> new Signers(
                        namespace,
                        true,
                        List.of(new Signers.Signer(key.verifyingKey(), "team", null, null, revoked.get())),
                        null)),
                EVIDENCE,
                Provider.LOCAL);
        var good = start();
        var spec = new RunSpec(
                good.spec().manifest(),
                Map.of(),
                null,
                ManifestSignature.sign(good.spec().manifest(), key));
        var signed = new DispatchEvent.Start(
                good.attempt(),
                spec,
                good.slice(),
                false,
                good.boundary(),
                good.estimate(),
                Permitted.permit(spec, NOON.plusSeconds(60), KEY));
        assertThat(apply(new AttemptInput.Start(signed, "team-a"), NOON)).isEmpty();
        apply(offer("agent", NOON.plusSeconds(10)), NOON);

        revoked.set(new Signers.Revoked(NOON, "lost"));

        assertThat(apply(claim("agent", 1, "c"), NOON))
                .singleElement()
                .isInstanceOfSatisfying(ExecutionEvent.Failed.class, f -> {
                    assertThat(f.failureClass()).isEqualTo(FailureClass.PERMIT_REFUSED);
                    assertThat(f.reason()).contains("revoked", "lost");
                });
        assertThat(state).isInstanceOf(AttemptState.Ended.class);
    }

    @Test
    void aRunnerThatTheBoundaryDoesNotAllowIsNotStartedThoughPermitted() {
        var onprem = Permitted.spec(RunnerType.ONPREM);
        var start = new DispatchEvent.Start(
                start().attempt(),
                onprem,
                "a",
                false,
                Permitted.boundary(),
                Permitted.estimate(),
                Permitted.permit(onprem, NOON.plusSeconds(60), KEY));

        assertThat(apply(new AttemptInput.Start(start, "team-a"), NOON))
                .singleElement()
                .isInstanceOfSatisfying(
                        ExecutionEvent.Failed.class,
                        f -> assertThat(f.failureClass()).isEqualTo(FailureClass.BOUNDARY_VIOLATION));
    }

    /** Any history, with repeats, strays and late reports: started at most once, ended at most once, nothing after the end. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
    void anyHistoryStartsOnceAndEndsOnce(long seed) {
        var random = new SplittableRandom(seed);
        for (var history = 0; history < 100; history++) {
            state = null;
            var told = new ArrayList<ExecutionEvent>();
            var now = NOON;
            for (var i = 0; i < 40; i++) {
                now = now.plusMillis(random.nextInt(4000));
                told.addAll(apply(any(random, now), now));
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

    private static AttemptInput any(SplittableRandom random, Instant now) {
        var agent = random.nextBoolean() ? "agent" : "other";
        var id = Integer.toString(random.nextInt(3));
        return switch (random.nextInt(7)) {
            case 0 -> START;
            case 1, 2 -> offer(agent, now.plusSeconds(random.nextInt(8)));
            case 3, 4 -> claim(agent, random.nextLong(1, 5), id);
            case 5 -> report(id, Report.Outcome.values()[random.nextInt(3)]);
            default -> random.nextInt(4) == 0 ? STOP : new AttemptInput.Lost(agent, "silent");
        };
    }
}
