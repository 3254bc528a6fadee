package io.barecount.policy.cel;

import static io.barecount.policy.Samples.SHIPPED;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.fargate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.policy.estimate.Alternatives;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.evaluation.Boundaries;
import io.barecount.policy.evaluation.Facts;
import io.barecount.policy.evaluation.PolicySet;
import io.barecount.policy.evaluation.Rule;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CelRulesTest {
    private static final Prices PRICES = new Prices(SHIPPED.priceBook());
    private static final Facts FACTS = facts(draft().on(fargate(256, 512)).manifest());

    private static Facts facts(Manifest manifest) {
        return Facts.of(
                manifest,
                new Boundaries(SHIPPED.boundaries()).named("commerce-core").orElseThrow(),
                PRICES.estimate(manifest).estimateOrNull(),
                new Alternatives(PRICES).to(manifest));
    }

    private static Rule rule(String match, String condition) {
        return rule("a-rule", Finding.Level.DENY, match, condition, "'because'");
    }

    private static Rule rule(String id, Finding.Level level, String match, String condition, String message) {
        return new Rule(id, "ada", "reason", level, match, condition, "/spec", message, "'f'", "'a'");
    }

    private static CelRules compile(Rule... rules) {
        return CelRules.compile(List.of(new PolicySet("test", List.of(rules))));
    }

    private static List<Fault> faults(Rule... rules) {
        return catchThrowableOfType(RulesRefused.class, () -> compile(rules)).faults();
    }

    @Test
    void aConditionThatHoldsSaysNothing() {
        assertThat(compile(rule(null, "true")).findings(FACTS)).isEmpty();
    }

    @Test
    void aConditionThatDoesNotHoldIsFound() {
        assertThat(compile(rule(null, "false")).findings(FACTS))
                .containsExactly(new Finding("a-rule", Finding.Level.DENY, "/spec", "because", "f", "a", "ada"));
    }

    @Test
    void aRuleThatDoesNotMatchIsNotAsked() {
        assertThat(compile(rule("false", "false")).findings(FACTS)).isEmpty();
        assertThat(compile(rule("true", "false")).findings(FACTS)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 / (size(manifest.spec.triggers)) == 0",
                "manifest.spec.cost.maxPerRun.currency == 'USD'",
                "manifest.metadata.labels['none'] == 'x'",
                "double(manifest.metadata.name) > 1.0",
                "manifest.spec.data.residency[9] == 'x'"
            })
    void whatCannotBeEvaluatedDenies(String broken) {
        for (var rule : List.of(
                rule(null, broken),
                rule(broken, "true"),
                rule("a-rule", Finding.Level.ADVISE, null, broken, "''"),
                rule("a-rule", Finding.Level.ADVISE, null, "false", "string(" + broken + ")"))) {
            var rules = compile(rule);

            var findings = rules.findings(FACTS);
            assertThat(findings).hasSize(1);
            assertThat(findings.get(0).level()).isEqualTo(Finding.Level.DENY);
            assertThat(findings.get(0).message()).startsWith("The rule can't be evaluated, and so denies: ");
            assertThat(findings.get(0).message().length()).isGreaterThan(50);
            assertThat(rules.deny(FACTS, any -> false)).isTrue();
        }
    }

    @Test
    void anAdviceIsNoDenial() {
        var advice = compile(rule("a-rule", Finding.Level.ADVISE, null, "false", "'better not'"));

        assertThat(advice.findings(FACTS)).hasSize(1);
        assertThat(advice.deny(FACTS, any -> false)).isFalse();
    }

    @Test
    void everyFactIsThere() {
        var everything = compile(rule(null, """
                manifest.metadata.namespace == 'finance' && manifest.spec.workload.parameters['p'] == '1'
                && manifest.spec.runner.fargate.cpu == 256 && !has(manifest.spec.runner.lambda)
                && manifest.spec.execution.idempotent == false && manifest.spec.execution.timeout == 'PT1M'
                && runner == 'fargate' && boundary.name == 'commerce-core' && size(boundary.subnets) == 2
                && boundary.egress.allow[0] == 'orders.commerce.example.com:443' && boundary.owner == 'network-team'
                && estimate.low > 0.0 && estimate.low <= estimate.likely && estimate.likely <= estimate.high
                && estimate.perTaskSeconds == 10.0 && estimate.tasks == 1 && estimate.currency == 'USD'
                && alternatives.exists(a, a.runner == 'lambda' && a.likely > 0.0)
                && !alternatives.exists(a, a.runner == 'fargate')
                """));

        assertThat(everything.findings(FACTS)).isEmpty();
    }

    /** The reason is told by the compiler; that it names the culprit is what counts. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "manifest.spec.ruuner.type == 'ec2' | ruuner",
                "estimate.likly < 1.0               | likly",
                "runner > 3                         | _>_",
                "runner ==                          | mismatched input",
                "now() == runner                    | now",
                "budget > 3                         | budget",
                "boundary.model                     | has to give bool"
            })
    void aRuleThatDoesNotCompileIsRefusedWithItsReason(String condition, String culprit) {
        var faults = faults(rule(null, condition));

        assertThat(faults).hasSize(1);
        assertThat(faults.get(0).set()).isEqualTo("test");
        assertThat(faults.get(0).rule()).isEqualTo("a-rule");
        assertThat(faults.get(0).field()).isEqualTo("condition");
        assertThat(faults.get(0).reason()).contains(culprit);
    }

    @Test
    void everyFaultOfEveryRuleIsToldAtOnce() {
        var faults = faults(
                new Rule("one", "ada", "r", Finding.Level.DENY, "1", "2", "/spec", "3", "4", "5"),
                rule("two", Finding.Level.DENY, null, "nothing", "''"));

        assertThat(faults)
                .extracting(fault -> fault.rule() + " " + fault.field())
                .containsExactly(
                        "one match", "one condition", "one message", "one found", "one allowed", "two condition");
    }

    @Test
    void anIdIsUsedOnceAndNoBuiltInOnes() {
        assertThat(faults(rule(null, "true"), rule(null, "false")))
                .extracting(Fault::reason)
                .containsExactly("policy set test has a rule of this id already");
        assertThat(faults(rule("price-known", Finding.Level.DENY, null, "true", "''")))
                .extracting(Fault::field)
                .containsExactly("id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "manifest.spec.batch.slices.all(a, manifest.spec.batch.slices.all(b, a != b)) | 10000100000 steps",
                "manifest.spec.data.inputs.all(a, manifest.spec.data.inputs.filter(b, b.name != a.name).all(c, c.uri != a.uri)) | 2001000 steps",
                "boundary.subnets.all(a, boundary.subnets.all(b, boundary.subnets.all(c, a != b && b != c))) | 1001001000 steps"
            })
    void loopsThatCouldTakeTooLongAreRefused(String condition, String told) {
        var faults = faults(rule(null, condition));

        assertThat(faults).hasSize(1);
        assertThat(faults.get(0).reason()).contains("too costly", told, "1000000 are allowed");
    }

    @Test
    void anExpressionThatIsTooLongIsRefused() {
        assertThat(faults(rule(null, "runner != '" + "x".repeat(20_000) + "'")))
                .extracting(Fault::reason)
                .allSatisfy(reason -> assertThat(reason).contains("10000"));
    }

    @Test
    void whereInAnExpressionTheMistakeIsIsTold() {
        assertThat(faults(rule(null, "runner == 'ec2'\n&& estimate.likly < 1.0"))
                        .get(0)
                        .reason())
                .startsWith("at 2:12 undefined field 'likly'");
    }

    /** No schema bounds what somebody asks about: then the evaluation itself is cut off. */
    @Test
    void aRuleThatTakesTooLongIsCutOffAndDenies() {
        var slow = compile(
                rule(
                        null,
                        "manifest.spec.data.residency.all(a, manifest.spec.data.residency.all(b, manifest.spec.data.residency.all(c, true)))"));
        var many = IntStream.range(0, 300).mapToObj(i -> "r" + i).toArray(String[]::new);

        var findings = slow.findings(facts(draft().residing(many).manifest()));

        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).message()).contains("budget exceeded");
    }

    @Test
    void aRuleMayGoThroughAllSlicesThereCanBe() {
        var long_ = compile(rule(null, "manifest.spec.batch.slices.all(slice, slice.startsWith('s'))"));

        assertThat(long_.findings(facts(draft().sliced(100_000).manifest()))).isEmpty();
    }

    @Test
    void aRuleAboutAFactThatThereIsNoneOfIsNotAsked() {
        var manifest = draft().manifest();
        var noBoundaryNoEstimate = Facts.of(manifest, null, null, List.of());
        var rules = compile(
                rule("boundary", Finding.Level.DENY, null, "boundary.name == ''", "''"),
                rule("estimate", Finding.Level.DENY, "estimate.tasks > 0", "false", "''"),
                rule("message", Finding.Level.DENY, null, "false", "boundary.name"),
                rule("neither", Finding.Level.DENY, null, "runner == ''", "''"));

        assertThat(rules.asked(noBoundaryNoEstimate)).containsExactly("neither");
        assertThat(rules.findings(noBoundaryNoEstimate))
                .extracting(Finding::rule)
                .containsExactly("neither");
        assertThat(rules.asked(FACTS)).containsExactly("boundary", "estimate", "message", "neither");
    }

    @Test
    void aRuleThatGoesThroughAMapAlwaysSaysTheSame() {
        var rules = compile(rule(
                "a-rule",
                Finding.Level.DENY,
                null,
                "false",
                "manifest.metadata.labels.map(k, k)[0] + manifest.metadata.labels.map(k, k)[2]"));

        var labels = Map.of("c", "1", "a", "2", "b", "3");
        assertThat(rules.findings(facts(draft().labelled(labels).manifest())))
                .extracting(Finding::message)
                .containsExactly("ac");
    }

    @Test
    void theDigestIsThatOfAllSetsWhateverTheirOrder() {
        var one = new PolicySet("one", List.of(rule("a", Finding.Level.DENY, null, "true", "''")));
        var two = new PolicySet("two", List.of(rule("b", Finding.Level.DENY, null, "true", "''")));
        var changed = new PolicySet("two", List.of(rule("b", Finding.Level.ADVISE, null, "true", "''")));

        var digest = CelRules.compile(List.of(one, two)).digest();

        assertThat(CelRules.compile(List.of(two, one)).digest()).isEqualTo(digest);
        assertThat(CelRules.compile(List.of(one, changed)).digest()).isNotEqualTo(digest);
        assertThat(CelRules.compile(List.of(one)).digest()).isNotEqualTo(digest);
    }
}
