package io.barecount.policy.decision;

import static io.barecount.policy.Samples.KEY;
import static io.barecount.policy.Samples.NOON;
import static io.barecount.policy.Samples.VALIDITY;
import static io.barecount.policy.Samples.accepted;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.example;
import static io.barecount.policy.Samples.run;
import static io.barecount.policy.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.Money;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.ManifestEvent.Accepted;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.NotProven;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.policy.Samples;
import io.barecount.policy.budget.Funding;
import io.barecount.policy.estimate.History;
import io.barecount.policy.evaluation.Exemptions;
import io.barecount.policy.evaluation.Rule;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionStateTest {
    private static final Governance GOVERNANCE = Samples.shipped();
    private static final Accepted GOOD = accepted(run("good"), example("gdp-transform"));
    private static final Accepted BAD = accepted(run("bad"), example("tiny-report"));

    private static Decision<DecisionState> decide(DecisionState state, Accepted accepted, Instant now) {
        return DecisionState.decide(state, new DecisionInput.Accepted(accepted), now, GOVERNANCE);
    }

    private static DecisionEvent.Permitted permitted(Accepted accepted) {
        return (DecisionEvent.Permitted)
                decide(null, accepted, NOON).events().get(0).data();
    }

    @Test
    void aRunThatPassesIsPermitted() {
        var decision = decide(null, GOOD, NOON);

        var event = permitted(GOOD);
        assertThat(decision.events()).containsExactly(Outgoing.about(GOOD.run(), "finance", event));
        assertThat(event.spec()).isEqualTo(GOOD.spec());
        assertThat(event.boundary().name()).isEqualTo("sap-hana");
        assertThat(event.estimate().tasks()).isEqualTo(6);
        assertThat(event.findings()).isEmpty();
        assertThat(decision.state())
                .isEqualTo(new DecisionState.Permitted(
                        GOOD.run(),
                        "finance",
                        "gdp-transform",
                        GOOD.spec().digest(),
                        "sap-hana",
                        NOON,
                        GOVERNANCE.rules().digest(),
                        event.estimate(),
                        List.of(),
                        event.permit(),
                        NOON.plus(VALIDITY),
                        basis(GOOD, event.boundary().digest()),
                        List.of(),
                        Funding.NONE,
                        null,
                        null));
    }

    private static Basis basis(Accepted accepted, Digest boundary) {
        return new Basis(
                accepted.spec().manifest(),
                accepted.door(),
                accepted.submitter(),
                NOON,
                boundary,
                GOVERNANCE.prices().digest(),
                History.NONE,
                Exemptions.NONE);
    }

    @Test
    void aRunThatDoesNotPassIsDeniedWithReasonAndSuggestion() {
        var decision = decide(null, BAD, NOON);

        var event = (DecisionEvent.Denied) decision.events().get(0).data();
        assertThat(decision.events()).hasSize(1);
        assertThat(event.spec()).isEqualTo(BAD.spec());
        assertThat(event.policySet()).isEqualTo(GOVERNANCE.rules().digest());
        assertThat(event.findings()).extracting(Finding::level).contains(Finding.Level.DENY);
        assertThat(event.suggestion()).isNotNull();
        assertThat(decision.state())
                .isEqualTo(new DecisionState.Denied(
                        BAD.run(),
                        "finance",
                        "tiny-report",
                        BAD.spec().digest(),
                        "corporate-vpn",
                        NOON,
                        event.policySet(),
                        event.estimate(),
                        event.findings(),
                        event.suggestion(),
                        basis(
                                BAD,
                                GOVERNANCE
                                        .boundaries()
                                        .named("corporate-vpn")
                                        .orElseThrow()
                                        .digest()),
                        null));
    }

    @Test
    void aRepeatChangesNothingHoweverLate() {
        for (var accepted : List.of(GOOD, BAD)) {
            var decided = decide(null, accepted, NOON).state();

            assertThat(decide(decided, accepted, NOON.plusSeconds(90_000))).isEqualTo(Decision.unchanged(decided));
        }
    }

    /** As the state was written before funding was part of it. */
    @Test
    void theSpendOfAnOlderDecisionIsSettledToo() {
        var json = (ObjectNode)
                Json.read(Json.text(decide(null, GOOD, NOON).state(), DecisionState.class), JsonNode.class);
        json.remove("funding");
        var older = Json.fromTree(json, DecisionState.class);
        var cost = new Money(BigDecimal.ONE, "USD");

        var ended = DecisionState.decide(older, new DecisionInput.Ended(cost, NOON, true), NOON, GOVERNANCE)
                .state();

        assertThat(DecisionState.funding(ended)).isEqualTo(new Funding(List.of(), cost, NOON));
        assertThat(DecisionState.decide(
                        ended, new DecisionInput.Ended(Money.zero("USD"), NOON.plusSeconds(1), true), NOON, GOVERNANCE))
                .isEqualTo(Decision.unchanged(ended));
    }

    @Test
    void anotherManifestUnderADecidedRunChangesNothing() {
        var denied = decide(null, BAD, NOON).state();
        var permitted = decide(null, GOOD, NOON).state();

        assertThat(decide(denied, accepted(BAD.run(), GOOD.spec().manifest()), NOON))
                .isEqualTo(Decision.unchanged(denied));
        assertThat(decide(permitted, accepted(GOOD.run(), BAD.spec().manifest()), NOON))
                .isEqualTo(Decision.unchanged(permitted));
    }

    @Test
    void thePermitHoldsForExactlyItsParts() {
        var event = permitted(GOOD);

        var permit = event.permit()
                .verify(List.of(KEY.verifyingKey()))
                .predicate(Permit.PREDICATE_TYPE, Permit.class, GOOD.spec().digest());

        assertThat(permit)
                .isEqualTo(new Permit(
                        GOOD.run(),
                        "finance",
                        GOOD.spec().manifest().digest(),
                        GOOD.spec().digest(),
                        GOVERNANCE.rules().digest(),
                        event.boundary().digest(),
                        Digest.ofCanonical(event.estimate()),
                        Stream.concat(
                                        Stream.of("manifest-complete", "boundary-known", "price-known"),
                                        GOVERNANCE.rules().sets().get(0).rules().stream()
                                                .map(Rule::id))
                                .toList(),
                        NOON,
                        NOON.plus(VALIDITY),
                        GOVERNANCE.prices().digest(),
                        null,
                        null,
                        null));
    }

    @Test
    void aPermitProvesNothingForAnotherSpecOrKey() {
        var permit = permitted(GOOD).permit();
        var otherSpec = spec(draft().manifest()).digest();

        assertThatThrownBy(() -> permit.verify(List.of(SigningKey.generate().verifyingKey())))
                .isInstanceOf(NotProven.class);
        assertThatThrownBy(() -> permit.verify(List.of(KEY.verifyingKey()))
                        .predicate(Permit.PREDICATE_TYPE, Permit.class, otherSpec))
                .isInstanceOf(NotProven.class);
        var forged = new Envelope(
                permit.payloadType(),
                permitted(accepted(run("other"), GOOD.spec().manifest()))
                        .permit()
                        .payload(),
                permit.signatures());
        assertThatThrownBy(() -> forged.verify(List.of(KEY.verifyingKey()))).isInstanceOf(NotProven.class);
    }

    /** What is told survives its way through the topic: the digests in the permit are those of what arrives. */
    @Test
    void whatArrivesStillFitsThePermit() {
        var event = permitted(GOOD);

        var arrived = Json.read(Json.bytes(event), DecisionEvent.Permitted.class);

        var permit = arrived.permit()
                .verify(List.of(KEY.verifyingKey()))
                .predicate(Permit.PREDICATE_TYPE, Permit.class, arrived.spec().digest());
        assertThat(permit.boundary()).isEqualTo(arrived.boundary().digest());
        assertThat(permit.estimate()).isEqualTo(Digest.ofCanonical(arrived.estimate()));
        assertThat(permit.manifest()).isEqualTo(arrived.spec().manifest().digest());
    }

    @Test
    void theSameInputsAtTheSameTimeMakeTheSameDecisionToTheByte() {
        for (var accepted : List.of(GOOD, BAD)) {
            var reread = Json.read(Json.bytes(accepted), Accepted.class);

            var one = decide(null, accepted, NOON);
            var other = DecisionState.decide(null, new DecisionInput.Accepted(reread), NOON, Samples.shipped());

            assertThat(other).isEqualTo(one);
            assertThat(Digest.ofCanonical(other.events().get(0).data()))
                    .isEqualTo(Digest.ofCanonical(one.events().get(0).data()));
        }
    }

    @Test
    void theStateIsReadBackAsItWasStored() {
        for (var accepted : List.of(GOOD, BAD)) {
            var state = decide(null, accepted, NOON).state();

            assertThat(Json.read(Json.text(state, DecisionState.class), DecisionState.class))
                    .isEqualTo(state);
        }
    }

    /** Any history with any repeats and strays decides each run exactly once, by what came first. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void anyHistoryDecidesEachRunOnce(long seed) {
        var random = new SplittableRandom(seed);
        var manifests = List.of(
                example("gdp-transform"),
                example("tiny-report"),
                draft().manifest(),
                draft().sliced(10_001).manifest());
        Map<String, DecisionState> states = new HashMap<>();
        Map<String, Digest> first = new HashMap<>();
        Map<String, Integer> told = new HashMap<>();

        for (var i = 0; i < 300; i++) {
            var key = "run-" + random.nextInt(20);
            var accepted = accepted(run(key), manifests.get(random.nextInt(manifests.size())));
            first.putIfAbsent(key, accepted.spec().digest());
            var decision = decide(states.get(key), accepted, NOON.plusSeconds(i));
            states.put(key, decision.state());
            told.merge(key, decision.events().size(), Integer::sum);
        }

        assertThat(told.values()).hasSize(20).containsOnly(1);
        assertThat(states).allSatisfy((key, state) -> assertThat(state.spec()).isEqualTo(first.get(key)));
    }
}
