package io.barecount.policy.exemption;

import static io.barecount.policy.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Exemption;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.governance.GovernanceEvent;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.policy.cel.CelRules;
import io.barecount.policy.decision.Approver;
import io.barecount.policy.decision.Objection;
import io.barecount.policy.evaluation.PolicySet;
import io.barecount.policy.evaluation.Rule;
import io.barecount.policy.evaluation.Rules;
import io.barecount.policy.exemption.ExemptionState.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who has a say in exemptions, for how long, and that each ends once. */
class ExemptionStateTest {
    private static final Duration LONGEST = Duration.ofDays(90);
    private static final Instant UNTIL = NOON.plus(Duration.ofDays(30));
    private static final Rules RULES = CelRules.compile(List.of(
            new PolicySet("own", List.of(rule("soft", null), rule("hard", false))),
            new PolicySet("baseline", null, true, List.of(rule("shared", null)))));

    private static Rule rule(String id, Boolean exemptible) {
        return new Rule(
                id, "ada", "r", Finding.Level.DENY, null, "false", "/spec", "'m'", "'f'", "'a'", null, exemptible);
    }

    private static Exemption asked(String rule) {
        return new Exemption("x", rule, "finance", null, "olga", "why", "pia", null, NOON, UNTIL, null, null);
    }

    private static ExemptionInput propose(Exemption exemption) {
        return new ExemptionInput.Propose(exemption, LONGEST);
    }

    private static Decision<ExemptionState> decide(ExemptionState state, ExemptionInput input, Instant now) {
        return ExemptionState.decide(state, input, now, RULES);
    }

    private static ExemptionState proposed(String rule) {
        return decide(null, propose(asked(rule)), NOON).state();
    }

    private static ExemptionInput grant(String by) {
        return new ExemptionInput.Grant(by, false, "agreed");
    }

    private static ExemptionState granted() {
        return decide(proposed("soft"), grant("gus"), NOON.plusSeconds(60)).state();
    }

    private static Optional<String> refusal(ExemptionState state, ExemptionInput input, Instant now) {
        var objection = ExemptionState.objection(state, input, now, RULES);
        if (objection.isPresent()) {
            assertThat(decide(state, input, now)).isEqualTo(Decision.unchanged(state));
        }
        return objection.map(Objection::code);
    }

    private static List<Object> told(Decision<ExemptionState> decision) {
        return decision.events().stream().map(Outgoing::data).toList();
    }

    @Test
    void anExemptionIsProposedByOneGrantedByAnotherAndHoldsFromThenOn() {
        var proposal = decide(null, propose(asked("soft")), NOON);
        var later = NOON.plusSeconds(60);
        var grant = decide(proposal.state(), grant("gus"), later);

        assertThat(proposal.state().standing()).isEqualTo(Standing.PROPOSED);
        assertThat(proposal.state().exemption().covers("finance", "any", later)).isFalse();
        assertThat(told(proposal)).singleElement().isInstanceOf(GovernanceEvent.ExemptionProposed.class);
        assertThat(proposal.events().getFirst().key()).isEqualTo("exemption/x");
        var holds = grant.state().exemption();
        assertThat(holds.from()).isEqualTo(later);
        assertThat(holds.covers("finance", "any", later)).isTrue();
        assertThat(holds.covers("finance", "any", UNTIL)).isFalse();
        assertThat(holds.covers("other", "any", later)).isFalse();
        assertThat(told(grant))
                .containsExactly(new GovernanceEvent.ExemptionGranted("x", "finance", holds, "gus", "agreed", later));
        assertThat(Json.read(Json.text(grant.state()), ExemptionState.class)).isEqualTo(grant.state());
    }

    @Test
    void whoProposedItOrOwnsItDoesNotGrantItHoweverTheNameIsSpelt() {
        for (var subject : List.of("pia", "PIA", " pia ")) {
            assertThat(refusal(proposed("soft"), grant(subject), NOON)).contains("own-proposal");
        }
        assertThat(refusal(proposed("soft"), grant("Olga"), NOON)).contains("own-exemption");
    }

    @Test
    void fromAMandatoryRuleOnlyWhoGovernsEverywhereExempts() {
        assertThat(refusal(proposed("shared"), grant("gus"), NOON)).contains("mandatory-rule");
        assertThat(refusal(proposed("shared"), new ExemptionInput.Grant("gus", true, "agreed"), NOON))
                .isEmpty();
    }

    @Test
    void whatCantBeExemptedIsNotEvenProposed() {
        assertThat(refusal(null, propose(asked("hard")), NOON)).contains("not-exemptible");
        assertThat(refusal(null, propose(asked("boundary-known")), NOON)).contains("not-exemptible");
        assertThat(refusal(null, propose(asked("soft-ware")), NOON)).contains("no-rule");
    }

    @Test
    void aRuleThatLetsNothingPassAnyMoreIsNotGrantedFrom() {
        var stricter = CelRules.compile(List.of(new PolicySet("own", List.of(rule("soft", false)))));

        assertThat(ExemptionState.objection(proposed("soft"), grant("gus"), NOON, stricter))
                .hasValueSatisfying(why -> assertThat(why.code()).isEqualTo("not-exemptible"));
    }

    @Test
    void whatIsTooLongTooLateOrOfNothingIsRefused() {
        assertThat(refusal(null, propose(asked("soft")), UNTIL)).contains("invalid-exemption");
        assertThat(refusal(null, propose(during(NOON, NOON.plus(LONGEST).plusSeconds(1))), NOON))
                .contains("invalid-exemption");
        assertThat(refusal(null, propose(during(NOON, NOON.plus(LONGEST))), NOON))
                .isEmpty();
        assertThat(refusal(null, propose(during(UNTIL, UNTIL)), NOON)).contains("invalid-exemption");
        assertThat(refusal(null, propose(limited(0L, null)), NOON)).contains("invalid-exemption");
        assertThat(refusal(null, propose(limited(null, Money.usd("0"))), NOON)).contains("invalid-exemption");
        assertThat(refusal(null, propose(limited(1L, Money.usd("1"))), NOON)).isEmpty();
        assertThat(refusal(proposed("soft"), grant("gus"), UNTIL)).contains("too-late");
    }

    private static Exemption during(Instant from, Instant until) {
        return new Exemption("x", "soft", "finance", null, "olga", "why", "pia", null, from, until, null, null);
    }

    private static Exemption limited(Long runs, Money cost) {
        return new Exemption("x", "soft", "finance", null, "olga", "why", "pia", null, NOON, UNTIL, runs, cost);
    }

    @Test
    void itEndsOnceByPeopleOrByTime() {
        var due = new ExemptionInput.Due();
        var revoke = new ExemptionInput.Revoke("rob", "the reason is gone");

        assertThat(decide(granted(), due, UNTIL.minusNanos(1))).isEqualTo(Decision.unchanged(granted()));
        var expired = decide(granted(), due, UNTIL);
        assertThat(expired.state().standing()).isEqualTo(Standing.EXPIRED);
        assertThat(told(expired))
                .singleElement()
                .isInstanceOfSatisfying(
                        GovernanceEvent.ExemptionEnded.class,
                        ended -> assertThat(ended.how()).isEqualTo(GovernanceEvent.ExemptionEnded.How.EXPIRED));
        assertThat(decide(expired.state(), due, UNTIL.plusSeconds(1))).isEqualTo(Decision.unchanged(expired.state()));

        var revoked = decide(granted(), revoke, NOON.plusSeconds(90));
        assertThat(revoked.state().standing()).isEqualTo(Standing.REVOKED);
        assertThat(refusal(revoked.state(), revoke, NOON.plusSeconds(91))).contains("not-granted");
        assertThat(decide(revoked.state(), due, UNTIL)).isEqualTo(Decision.unchanged(revoked.state()));

        assertThat(refusal(proposed("soft"), revoke, NOON)).contains("not-granted");
        assertThat(refusal(granted(), new ExemptionInput.Refuse("rob", "no"), NOON))
                .contains("not-proposed");
        var refused = decide(proposed("soft"), new ExemptionInput.Refuse("pia", "better not"), NOON);
        assertThat(refused.state().standing()).isEqualTo(Standing.REFUSED);
        assertThat(refusal(refused.state(), grant("gus"), NOON)).contains("not-proposed");
    }

    @Test
    void theSameProposalAgainChangesNothing() {
        assertThat(decide(granted(), propose(asked("soft")), NOON)).isEqualTo(Decision.unchanged(granted()));
    }

    /** Any history: what holds was granted by somebody else, and each ends at most once. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13})
    void noHistoryGetsRoundTheSecondPerson(long seed) {
        var random = new SplittableRandom(seed);
        var people = List.of("pia", "PIA ", "olga", "gus", "rob");
        for (var i = 0; i < 300; i++) {
            ExemptionState state = null;
            var now = NOON;
            var ends = 0;
            for (var step = 0; step < 10; step++) {
                now = now.plusSeconds(random.nextInt(1_000_000));
                var by = people.get(random.nextInt(people.size()));
                ExemptionInput input = state == null
                        ? propose(asked("soft"))
                        : switch (random.nextInt(5)) {
                            case 0 -> new ExemptionInput.Refuse(by, "no");
                            case 1 -> new ExemptionInput.Revoke(by, "gone");
                            case 2 -> new ExemptionInput.Due();
                            case 3 -> propose(asked("soft"));
                            default -> grant(by);
                        };
                var decision = decide(state, input, now);
                state = decision.state();
                ends += (int) told(decision).stream()
                        .filter(GovernanceEvent.ExemptionEnded.class::isInstance)
                        .count();
                if (state != null && state.exemption().covers("finance", "any", now)) {
                    assertThat(Approver.plain(state.exemption().grantedBy())).isIn("gus", "rob");
                }
            }
            assertThat(ends).isLessThanOrEqualTo(1);
        }
    }
}
