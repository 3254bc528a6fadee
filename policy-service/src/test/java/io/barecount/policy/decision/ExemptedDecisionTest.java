package io.barecount.policy.decision;

import static io.barecount.policy.Samples.KEY;
import static io.barecount.policy.Samples.NOON;
import static io.barecount.policy.Samples.VALIDITY;
import static io.barecount.policy.Samples.accepted;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.ApprovalRule;
import io.barecount.contracts.decision.Exemption;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.event.Json;
import io.barecount.policy.Samples;
import io.barecount.policy.budget.Accounts;
import io.barecount.policy.cel.CelRules;
import io.barecount.policy.decision.DecisionState.Denied;
import io.barecount.policy.decision.DecisionState.Held;
import io.barecount.policy.decision.DecisionState.Permitted;
import io.barecount.policy.estimate.History;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.evaluation.Boundaries;
import io.barecount.policy.evaluation.Exemptions;
import io.barecount.policy.evaluation.InForce;
import io.barecount.policy.evaluation.PolicySet;
import io.barecount.policy.evaluation.Rule;
import io.barecount.policy.permit.Permits;
import io.barecount.policy.replay.Past;
import io.barecount.policy.replay.Recorded;
import io.barecount.policy.replay.Replay;
import io.barecount.policy.replay.Replayed;
import io.barecount.policy.replay.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What exemptions let pass, and what hangs on them. */
class ExemptedDecisionTest {
    private static final Instant UNTIL = NOON.plus(Duration.ofHours(2));
    private static final ApprovalRule ONE = new ApprovalRule(List.of("governance"), 1, Duration.ofDays(1));
    private static final Governance GOVERNANCE =
            governance(rule("never", Finding.Level.DENY, null, null), rule("hard", Finding.Level.ADVISE, null, null));

    private static Rule rule(String id, Finding.Level level, ApprovalRule approvals, Boolean exemptible) {
        return new Rule(
                id, "ada", "r", level, null, "false", "/spec", "'because'", "'f'", "'a'", approvals, exemptible);
    }

    private static Governance governance(Rule... rules) {
        return new Governance(
                CelRules.compile(List.of(new PolicySet("own", List.of(rules)))),
                new Boundaries(Samples.SHIPPED.boundaries()),
                new Prices(Samples.SHIPPED.priceBook()),
                new Permits(KEY, VALIDITY));
    }

    private static InForce exemption(String id, String rule, Instant until, Long runs, Money cost, long used) {
        var exemption = new Exemption(id, rule, "finance", null, "olga", "why", "pia", "gus", NOON, until, runs, cost);
        return new InForce(exemption, used, List.of());
    }

    private static Exemptions one(String rule) {
        return new Exemptions(List.of(exemption("x1", rule, UNTIL, null, null, 0)));
    }

    private static DecisionState decide(Governance governance, Exemptions exemptions) {
        var input = new DecisionInput.Accepted(accepted(run("exempted"), draft().manifest()));
        return DecisionState.decide(null, input, NOON, governance, Accounts.NONE, History.NONE, exemptions)
                .state();
    }

    @Test
    void anExemptionTurnsWhatItsRuleSaysIntoAdviceAndThePermitHangsOnIt() {
        assertThat(decide(GOVERNANCE, Exemptions.NONE)).isInstanceOf(Denied.class);
        assertThat(decide(GOVERNANCE, one("other"))).isInstanceOf(Denied.class);

        var state = (Permitted) decide(GOVERNANCE, one("never"));

        assertThat(state.findings())
                .filteredOn(finding -> finding.rule().equals("never"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.level()).isEqualTo(Finding.Level.ADVISE);
                    assertThat(finding.exemption()).isEqualTo("x1");
                });
        var permit = state.permit()
                .verify(List.of(KEY.verifyingKey()))
                .predicate(Permit.PREDICATE_TYPE, Permit.class, state.spec());
        assertThat(permit.exemptions()).containsExactly("x1");
        assertThat(permit.expiresAt()).as("no longer than the exemption").isEqualTo(UNTIL);
        assertThat(state.expiresAt()).isEqualTo(UNTIL);
        assertThat(Json.read(Json.text(state, DecisionState.class), DecisionState.class))
                .isEqualTo(state);
    }

    @Test
    void anExemptionThatNothingHangsOnChangesNothing() {
        var governance = governance(rule("advice", Finding.Level.ADVISE, null, null));

        var state = (Permitted) decide(governance, one("advice"));

        assertThat(state.expiresAt()).isEqualTo(NOON.plus(VALIDITY));
        assertThat(state.findings()).extracting(Finding::exemption).containsOnlyNulls();
        assertThat(DecisionState.use(state)).isNull();
    }

    @Test
    void aRuleThatBecameUnexemptibleDeniesAgain() {
        var governance = governance(rule("never", Finding.Level.DENY, null, false));

        assertThat(decide(governance, one("never"))).isInstanceOf(Denied.class);
    }

    @Test
    void ceilingsOnRunsAndCostHold() {
        var high = ((Permitted) decide(GOVERNANCE, one("never"))).estimate().high();
        var left = new Exemptions(List.of(exemption("x1", "never", UNTIL, 3L, null, 2)));
        var none = new Exemptions(List.of(exemption("x1", "never", UNTIL, 3L, null, 3)));
        var enough = new Exemptions(List.of(exemption("x1", "never", UNTIL, null, high, 0)));
        var spent = new Exemptions(List.of(new InForce(
                enough.all().getFirst().exemption(), 1, List.of(new Money(high.amount(), high.currency())))));
        var euros = new Exemptions(List.of(exemption("x1", "never", UNTIL, null, new Money(high.amount(), "EUR"), 0)));

        assertThat(decide(GOVERNANCE, left)).isInstanceOf(Permitted.class);
        assertThat(decide(GOVERNANCE, none)).isInstanceOf(Denied.class);
        assertThat(decide(GOVERNANCE, enough)).isInstanceOf(Permitted.class);
        assertThat(decide(GOVERNANCE, spent)).isInstanceOf(Denied.class);
        assertThat(decide(GOVERNANCE, euros)).isInstanceOf(Denied.class);
    }

    @Test
    void ofSeveralTheOneIsUsedThatEndsLastAndHasRoom() {
        var several = new Exemptions(List.of(
                exemption("short", "never", UNTIL, null, null, 0),
                exemption("used-up", "never", UNTIL.plusSeconds(9), 1L, null, 1),
                exemption("long", "never", UNTIL.plusSeconds(5), null, null, 0)));

        assertThat(DecisionState.exemptions(decide(GOVERNANCE, several))).containsExactly("long");
    }

    @Test
    void aRunUsesOneRunAndItsHighestCostUntilItsEndTellsWhatItDidCost() {
        var state = (Permitted) decide(GOVERNANCE, one("never"));
        var ended = DecisionState.decide(
                        state, new DecisionInput.Ended(Money.usd("0.5"), NOON.plusSeconds(9), true), NOON, GOVERNANCE)
                .state();

        assertThat(DecisionState.use(state))
                .isEqualTo(new Use(List.of("x1"), state.estimate().high()));
        assertThat(DecisionState.use(ended)).isEqualTo(new Use(List.of("x1"), Money.usd("0.5")));
    }

    @Test
    void approvalsAreOfTheExemptionsTooAndVoidWithoutThem() {
        var governance = governance(
                rule("never", Finding.Level.DENY, null, null), rule("ask", Finding.Level.APPROVE, ONE, null));
        var held = (Held) decide(governance, one("never"));
        var other = (Held) decide(governance, new Exemptions(List.of(exemption("x2", "never", UNTIL, null, null, 0))));
        var approve =
                new DecisionInput.Approve(new Approver("bea", List.of("governance")), held.binding(), "looks right");

        assertThat(other.binding()).isNotEqualTo(held.binding());
        var still = DecisionState.decide(
                held, approve, NOON.plusSeconds(1), governance, Accounts.NONE, History.NONE, one("never"));
        var gone = DecisionState.decide(
                held, approve, NOON.plusSeconds(1), governance, Accounts.NONE, History.NONE, Exemptions.NONE);
        assertThat(still.state()).isInstanceOf(Permitted.class);
        assertThat(gone.state()).as("what is forbidden by now").isInstanceOf(Denied.class);
    }

    @Test
    void aSuggestionNeedNotTakeAwayWhatIsExempted() {
        var lambdas = new Rule(
                "no-lambda",
                "ada",
                "r",
                Finding.Level.DENY,
                null,
                "runner != 'lambda'",
                "/spec/runner/type",
                "'m'",
                "runner",
                "'another'");
        var governance = governance(rule("never", Finding.Level.DENY, null, null), lambdas);

        assertThat(((Denied) decide(governance, Exemptions.NONE)).suggestion()).isNull();
        assertThat(((Denied) decide(governance, one("never"))).suggestion().path())
                .isEqualTo("/spec/runner/type");
    }

    @Test
    void aReplayHasTheExemptionsOfThatTime() {
        var state = decide(GOVERNANCE, one("never"));
        var past = new Past(
                Samples.SHIPPED.boundaries().stream()
                        .collect(Collectors.toMap(boundary -> boundary.digest(), boundary -> boundary)),
                Map.of(GOVERNANCE.prices().digest(), GOVERNANCE.prices().book()));
        var recorded = Recorded.of(state.run().toString(), Json.text(state, DecisionState.class));

        assertThat(new Replay(GOVERNANCE, past).judge(recorded)).isEqualTo(new Replayed.Same(Verdict.ALLOWED));
        var stricter = governance(
                rule("never", Finding.Level.DENY, null, false), rule("hard", Finding.Level.ADVISE, null, null));
        assertThat(new Replay(stricter, past).judge(recorded))
                .isInstanceOfSatisfying(
                        Replayed.Different.class,
                        different -> assertThat(different.would()).isEqualTo(Verdict.DENIED));
    }
}
