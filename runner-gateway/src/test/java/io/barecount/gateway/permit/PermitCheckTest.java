package io.barecount.gateway.permit;

import static io.barecount.gateway.Permitted.KEY;
import static io.barecount.gateway.Permitted.NOON;
import static io.barecount.gateway.Permitted.RUN;
import static io.barecount.gateway.Permitted.boundary;
import static io.barecount.gateway.Permitted.estimate;
import static io.barecount.gateway.Permitted.permit;
import static io.barecount.gateway.Permitted.spec;
import static io.barecount.gateway.Permitted.start;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.dispatch.DispatchEvent.Start;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.SigningKey;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PermitCheckTest {
    private final PermitCheck check = new PermitCheck(List.of(KEY.verifyingKey()));

    @Test
    void aPermitForExactlyThisIsEnough() {
        assertThat(check.refusal(start(), NOON)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("spoilt")
    void whatDiffersIsNamed(Start spoilt, String named) {
        assertThat(check.refusal(spoilt, NOON))
                .hasValueSatisfying(reason -> assertThat(reason).contains(named));
    }

    static Stream<Arguments> spoilt() {
        var good = start();
        var other = new RunSpec(good.spec().manifest(), Map.of("added", "parameter"), null);
        var wider = new Boundary(
                "core",
                boundary().model(),
                "eu-central-1",
                "vpc-1",
                List.of(),
                List.of(),
                List.of(),
                new Boundary.Egress(List.of("anywhere.example.com:443")),
                boundary().allowedRunners(),
                "network");
        var cheaper = new Estimate(
                Money.usd("0"),
                Money.usd("0"),
                Money.usd("0"),
                estimate().perTask(),
                3,
                estimate().tariff(),
                estimate().priceBook());
        var foreignRun = new RunId(EventIds.ofName("another")).task(0).attempt(1);
        return Stream.of(
                Arguments.argumentSet(
                        "no permit",
                        with(good, good.spec(), "a", false, boundary(), estimate(), null, null),
                        "no permit"),
                Arguments.argumentSet(
                        "another signer",
                        with(
                                good,
                                good.spec(),
                                "a",
                                false,
                                boundary(),
                                estimate(),
                                permit(good.spec(), NOON.plusSeconds(60), SigningKey.generate()),
                                null),
                        "trusted"),
                Arguments.argumentSet(
                        "expired",
                        with(
                                good,
                                good.spec(),
                                "a",
                                false,
                                boundary(),
                                estimate(),
                                permit(good.spec(), NOON, KEY),
                                null),
                        "expired"),
                Arguments.argumentSet(
                        "another spec",
                        with(good, other, "a", false, boundary(), estimate(), good.permit(), null),
                        "statement is about"),
                Arguments.argumentSet(
                        "another boundary",
                        with(good, good.spec(), "a", false, wider, estimate(), good.permit(), null),
                        "boundary"),
                Arguments.argumentSet(
                        "another estimate",
                        with(good, good.spec(), "a", false, boundary(), cheaper, good.permit(), null),
                        "estimate"),
                Arguments.argumentSet(
                        "another run",
                        with(good, good.spec(), "a", false, boundary(), estimate(), good.permit(), foreignRun),
                        "for run"),
                Arguments.argumentSet(
                        "another slice",
                        with(good, good.spec(), "b", false, boundary(), estimate(), good.permit(), null),
                        "slice"),
                Arguments.argumentSet(
                        "a task too many",
                        with(
                                good,
                                good.spec(),
                                null,
                                true,
                                boundary(),
                                estimate(),
                                good.permit(),
                                RUN.task(3).attempt(1)),
                        "no task 3"));
    }

    private static Start with(
            Start start,
            RunSpec spec,
            String slice,
            boolean merge,
            Boundary boundary,
            Estimate estimate,
            io.barecount.contracts.proof.Envelope permit,
            io.barecount.contracts.AttemptId attempt) {
        return new Start(attempt == null ? start.attempt() : attempt, spec, slice, merge, boundary, estimate, permit);
    }

    @Test
    void aManifestOfAnotherRunnerIsAnotherSpec() {
        var good = start();
        var onprem = spec(RunnerType.ONPREM);

        assertThat(check.refusal(with(good, onprem, "a", false, boundary(), estimate(), good.permit(), null), NOON))
                .isPresent();
    }
}
