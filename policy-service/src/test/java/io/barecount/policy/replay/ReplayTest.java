package io.barecount.policy.replay;

import static io.barecount.policy.Samples.NOON;
import static io.barecount.policy.Samples.accepted;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.example;
import static io.barecount.policy.Samples.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import io.barecount.policy.Samples;
import io.barecount.policy.budget.Account;
import io.barecount.policy.budget.Accounts;
import io.barecount.policy.budget.Budget;
import io.barecount.policy.cel.CelRules;
import io.barecount.policy.decision.DecisionInput;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.estimate.History;
import io.barecount.policy.evaluation.Boundaries;
import io.barecount.policy.evaluation.BuiltInRules;
import io.barecount.policy.evaluation.Exemptions;
import io.barecount.policy.evaluation.PolicySet;
import io.barecount.policy.evaluation.Rule;
import io.barecount.policy.permit.Permits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static final Governance LIVE = Samples.shipped();
    private static final Past PAST = past(LIVE);

    private static Past past(Governance governance) {
        var boundaries = new HashMap<Digest, Boundary>();
        governance.boundaries().all().forEach(known -> boundaries.put(known.digest(), known.boundary()));
        return new Past(
                boundaries,
                Map.of(governance.prices().digest(), governance.prices().book()));
    }

    private static Recorded decided(Manifest manifest) {
        return recorded(decide(manifest, Accounts.NONE));
    }

    private static DecisionState decide(Manifest manifest, Accounts accounts) {
        return DecisionState.decide(
                        null,
                        new DecisionInput.Accepted(accepted(run("one"), manifest)),
                        NOON,
                        LIVE,
                        accounts,
                        History.NONE,
                        Exemptions.NONE)
                .state();
    }

    private static Recorded recorded(DecisionState state) {
        return Recorded.of(state.run().toString(), Json.text(state, DecisionState.class));
    }

    /** The live rules and one more. */
    private static Governance andRule(Rule rule) {
        var sets = new ArrayList<>(LIVE.rules().sets());
        sets.add(new PolicySet("more", List.of(rule)));
        return new Governance(
                CelRules.compile(sets), LIVE.boundaries(), LIVE.prices(), new Permits(Samples.KEY, Samples.VALIDITY));
    }

    private static Rule noLambda(Finding.Level level) {
        return new Rule(
                "no-lambda",
                "platform",
                "for the test",
                level,
                null,
                "runner != 'lambda'",
                "/spec/runner/type",
                "'Lambda is not used here.'",
                "runner",
                "'another runner'");
    }

    @Test
    void theRulesThatDecidedSayTheSameAgain() {
        var replay = new Replay(LIVE, PAST);

        assertThat(replay.judge(decided(example("gdp-transform")))).isEqualTo(new Replayed.Same(Verdict.ALLOWED));
        assertThat(replay.judge(decided(example("tiny-report")))).isEqualTo(new Replayed.Same(Verdict.DENIED));
    }

    @Test
    void anotherRuleIsNamedWithWhomItConcernsAndWhatTheRunCosts() {
        var replay = new Replay(andRule(noLambda(Finding.Level.DENY)), PAST);
        var manifest = draft().manifest();

        var replayed = (Replayed.Different) replay.judge(decided(manifest));

        assertThat(replayed.was()).isEqualTo(Verdict.ALLOWED);
        assertThat(replayed.would()).isEqualTo(Verdict.DENIED);
        assertThat(replayed.speak()).containsExactly("no-lambda");
        assertThat(replayed.silent()).isEmpty();
        assertThat(replayed.submitter()).isEqualTo("ada");
        assertThat(replayed.at()).isEqualTo(NOON);
        assertThat(replayed.likely())
                .isEqualTo(LIVE.judge(Samples.ask(manifest)).estimate().likely());
    }

    @Test
    void adviceIsADifferenceOfRulesAndNotOfVerdicts() {
        var replayed = (Replayed.Different)
                new Replay(andRule(noLambda(Finding.Level.ADVISE)), PAST).judge(decided(draft().manifest()));

        assertThat(replayed.was()).isEqualTo(Verdict.ALLOWED);
        assertThat(replayed.would()).isEqualTo(Verdict.ALLOWED);
        assertThat(replayed.speak()).containsExactly("no-lambda");
    }

    @Test
    void whatBudgetsSaidIsNoRulesToChange() {
        var budget = new Budget("none", null, null, Money.usd("0"), Budget.Period.YEAR, "finops");
        var nothing = new Accounts(List.of(new Account(budget, "2026", Money.usd("0"), Money.usd("0"))));
        var denied = decide(draft().manifest(), nothing);

        assertThat(denied.findings()).extracting(Finding::rule).containsExactly(BuiltInRules.WITHIN_BUDGET);
        assertThat(new Replay(LIVE, PAST).judge(recorded(denied))).isEqualTo(new Replayed.Same(Verdict.ALLOWED));
    }

    @Test
    void whatIsNotKeptIsNotGuessed() {
        var decided = decided(draft().manifest());
        var noFacts = new Recorded(
                decided.run(),
                decided.namespace(),
                decided.pipeline(),
                decided.at(),
                decided.policySet(),
                null,
                decided.findings());

        assertThat(new Replay(LIVE, PAST).judge(noFacts)).isEqualTo(new Replayed.Unknown(Replayed.Why.FACTS_NOT_KEPT));
        assertThat(new Replay(LIVE, new Past(Map.of(), PAST.priceBooks())).judge(decided))
                .isEqualTo(new Replayed.Unknown(Replayed.Why.BOUNDARY_NOT_KEPT));
        assertThat(new Replay(LIVE, new Past(PAST.boundaries(), Map.of())).judge(decided))
                .isEqualTo(new Replayed.Unknown(Replayed.Why.PRICES_NOT_KEPT));
    }

    /** The candidate's own boundaries have no say in what was decided with others. */
    @Test
    void theBoundaryIsTheOneThatStoodThen() {
        var elsewhere = new Governance(
                LIVE.rules(), new Boundaries(List.of()), LIVE.prices(), new Permits(Samples.KEY, Samples.VALIDITY));

        assertThat(new Replay(elsewhere, PAST).judge(decided(draft().manifest())))
                .isEqualTo(new Replayed.Same(Verdict.ALLOWED));
    }

    @Test
    void aTallyIsTheSameHoweverItWasPutTogether() {
        var replay = new Replay(andRule(noLambda(Finding.Level.DENY)), PAST);
        var all = List.of(
                replay.judge(decided(draft().manifest())),
                replay.judge(decided(example("gdp-transform"))),
                replay.judge(decided(example("tiny-report"))),
                new Replayed.Unknown(Replayed.Why.FACTS_NOT_KEPT));
        var one = new Tally();
        all.forEach(one::add);
        var parts = new Tally();
        all.forEach(each -> {
            var part = new Tally();
            part.add(each);
            parts.addAll(part);
        });

        var report = one.report(LIVE.rules().digest());

        assertThat(parts.report(LIVE.rules().digest())).isEqualTo(report);
        assertThat(report.decisions()).isEqualTo(4);
        assertThat(report.same()).isEqualTo(2);
        assertThat(report.different()).isEqualTo(1);
        assertThat(report.unknown())
                .singleElement()
                .satisfies(gap -> assertThat(gap.decisions()).isOne());
        assertThat(report.rules())
                .singleElement()
                .satisfies(rule -> assertThat(rule.rule()).isEqualTo("no-lambda"));
        assertThat(report.people())
                .singleElement()
                .satisfies(of -> assertThat(of.denied()).isOne());
    }
}
