package io.barecount.policy.evaluation;

import static io.barecount.policy.Samples.SHIPPED;
import static io.barecount.policy.Samples.ask;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.ec2;
import static io.barecount.policy.Samples.example;
import static io.barecount.policy.Samples.fargate;
import static io.barecount.policy.Samples.glue;
import static io.barecount.policy.Samples.lambda;
import static io.barecount.policy.Samples.onprem;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Classification;
import io.barecount.contracts.manifest.Manifest.GlueWorker;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.policy.Samples;
import io.barecount.policy.cel.CelRules;
import io.barecount.policy.decision.Governance;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules in examples/governance, each where it speaks and where it keeps silent. */
public class ShippedRulesTest {
    private static final Governance GOVERNANCE = Samples.shipped();

    /** @param says part of the message */
    public record Case(String rule, Finding.Level level, Manifest fires, String says, Manifest passes) {
        @Override
        public String toString() {
            return rule;
        }
    }

    private static Case deny(String rule, Samples.Draft fires, String says, Samples.Draft passes) {
        return new Case(rule, Finding.Level.DENY, fires.manifest(), says, passes.manifest());
    }

    private static Case approve(String rule, Samples.Draft fires, String says, Samples.Draft passes) {
        return new Case(rule, Finding.Level.APPROVE, fires.manifest(), says, passes.manifest());
    }

    private static Manifest with(Manifest.Workload workload, Manifest manifest) {
        var spec = manifest.spec();
        return new Manifest(
                manifest.apiVersion(),
                manifest.kind(),
                manifest.metadata(),
                new Manifest.Spec(
                        spec.owner(),
                        spec.data(),
                        workload,
                        spec.runner(),
                        spec.network(),
                        spec.triggers(),
                        spec.batch(),
                        spec.execution(),
                        spec.cost()));
    }

    private static Manifest secret(String reference) {
        var manifest = draft().manifest();
        var workload = manifest.spec().workload();
        return with(
                new Manifest.Workload(
                        workload.artifact(),
                        workload.runtime(),
                        null,
                        workload.parameters(),
                        Map.of("KEY", reference),
                        null),
                manifest);
    }

    private static Manifest image(String image) {
        return with(
                new Manifest.Workload(null, null, null, Map.of(), null, image),
                draft().on(onprem(512))
                        .in(NetworkModel.ONPREM, "factory")
                        .residing("onprem")
                        .manifest());
    }

    private static Samples.Draft confidentialOfSap() {
        return draft().classified(Classification.CONFIDENTIAL)
                .labelled(Map.of("system", "sap"))
                .taking(Duration.ofMinutes(10), Duration.ofHours(1));
    }

    private static Samples.Draft cluster(Duration time) {
        return draft().on(glue(GlueWorker.G_8X, 10))
                .in(NetworkModel.PRIVATELINK, "sap-hana")
                .taking(time, time);
    }

    /** Each rule once, over what a manifest can really say. */
    public static Stream<Case> cases() {
        var hour = Duration.ofHours(1);
        return Stream.of(
                deny(
                        "network-model-matches-boundary",
                        draft().in(NetworkModel.VPN, "commerce-core"),
                        "declares the network model vpn, but the boundary commerce-core is connected by vpc-peering",
                        draft()),
                deny(
                        "classification-needs-private-network",
                        draft().classified(Classification.CONFIDENTIAL),
                        "confidential may not travel by vpc-peering",
                        draft().classified(Classification.CONFIDENTIAL).in(NetworkModel.VPN, "corporate-vpn")),
                deny(
                        "boundary-allows-runner",
                        draft().on(glue(GlueWorker.G_025X, 2)),
                        "commerce-core does not let runners of the type glue in",
                        draft()),
                deny("residency-matches-region", draft().residing("us-east-1"), "is in eu-central-1", draft()),
                new Case(
                        "confidential-data-names-residency",
                        Finding.Level.ADVISE,
                        draft().classified(Classification.CONFIDENTIAL)
                                .in(NetworkModel.VPN, "corporate-vpn")
                                .residing()
                                .manifest(),
                        "confidential should name the regions",
                        draft().residing().manifest()),
                deny(
                        "onprem-runner-in-onprem-boundary",
                        draft().on(onprem(512)),
                        "An on-premise runner cannot work in the boundary commerce-core",
                        draft().on(onprem(512)).in(NetworkModel.ONPREM, "factory")),
                deny(
                        "ceiling-is-in-usd",
                        draft().costingAtMost(new Money(Money.usd("1").amount(), "EUR")),
                        "The ceiling is in EUR",
                        draft().costingAtMost(Money.usd("1"))),
                deny(
                        "within-declared-ceiling",
                        draft().costingAtMost(Money.usd("0.00001")),
                        "A million runs of 1 task are likely to cost 67 USD; the ceiling of 0.00001 USD a run allows 10 USD",
                        draft().costingAtMost(Money.usd("0.0001"))),
                deny(
                        "no-expensive-runner-for-trivial-job",
                        draft().on(ec2("c6i.2xlarge", 512)).in(NetworkModel.VPN, "corporate-vpn"),
                        "A run takes about 10 s in all. A million runs cost 5667 USD on ec2, but 67 USD on lambda",
                        draft().on(ec2("c6i.2xlarge", 512))
                                .in(NetworkModel.VPN, "corporate-vpn")
                                .taking(hour, hour)),
                deny(
                        "sap-data-by-privatelink-or-onprem",
                        confidentialOfSap().on(ec2("t3.medium", 1024)).in(NetworkModel.VPN, "corporate-vpn"),
                        "Data of SAP that is confidential may not travel by vpn",
                        confidentialOfSap().on(ec2("t3.medium", 1024)).in(NetworkModel.PRIVATELINK, "sap-hana")),
                approve(
                        "restricted-data-is-approved",
                        draft().classified(Classification.RESTRICTED).in(NetworkModel.VPN, "corporate-vpn"),
                        "waits for a person",
                        draft()),
                new Case(
                        "code-pinned-by-digest",
                        Finding.Level.DENY,
                        image("chart@latest"),
                        "The code is not pinned",
                        image("chart@sha256:" + "ab".repeat(32))),
                new Case(
                        "secrets-by-reference",
                        Finding.Level.DENY,
                        secret("hunter2"),
                        "A secret is no reference",
                        secret("secretsmanager:finance/key")),
                new Case(
                        "secrets-of-the-own-namespace",
                        Finding.Level.DENY,
                        secret("secretsmanager:payroll/key"),
                        "another namespace than finance",
                        secret("secretsmanager:finance/key")),
                deny("spend-ceiling", cluster(Duration.ofHours(40)), "likely to cost 1408 USD", cluster(hour)),
                approve(
                        "costly-run-is-approved",
                        cluster(Duration.ofHours(5)),
                        "likely to cost 176 USD",
                        cluster(hour)),
                deny("plants-work-on-their-own-machines", draft().of("plant-2"), "and lambda does", draft()),
                deny(
                        "fan-out-ceiling",
                        draft().sliced(10_001),
                        "at most 10000 tasks, this one has 10001",
                        draft().sliced(10_000)));
    }

    private static Optional<Finding> said(String rule, Manifest manifest) {
        return GOVERNANCE.judge(ask(manifest)).findings().stream()
                .filter(finding -> finding.rule().equals(rule))
                .findFirst();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aRuleSpeaksWhereItShould(Case shipped) {
        var finding = said(shipped.rule(), shipped.fires()).orElseThrow();

        assertThat(finding.level()).isEqualTo(shipped.level());
        assertThat(finding.message()).contains(shipped.says());
        assertThat(finding.found()).isNotBlank();
        assertThat(finding.allowed()).isNotBlank();
        assertThat(finding.path()).startsWith("/spec/");
        assertThat(finding.owner()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aRuleKeepsSilentWhereItShould(Case shipped) {
        assertThat(said(shipped.rule(), shipped.passes())).isEmpty();
        assertThat(GOVERNANCE.judge(ask(shipped.passes())).denied()).isFalse();
    }

    @Test
    void everyShippedRuleIsShownHere() {
        assertThat(GOVERNANCE.rules().sets().stream()
                        .flatMap(set -> set.rules().stream())
                        .map(Rule::id))
                .containsExactlyInAnyOrderElementsOf(cases().map(Case::rule).toList());
    }

    /** Turned around, milder, or never asked: whichever way a rule is broken, its own cases notice. */
    @Test
    void noShippedRuleCanBeBrokenUnnoticed() {
        for (var set : SHIPPED.policySets()) {
            for (var rule : set.rules()) {
                for (var broken : List.of(
                        with(rule, rule.level(), rule.match(), "!(" + rule.condition() + ")"),
                        with(rule, rule.level(), "false", rule.condition()),
                        with(
                                rule,
                                rule.level() == Finding.Level.ADVISE ? Finding.Level.DENY : Finding.Level.ADVISE,
                                rule.match(),
                                rule.condition()))) {
                    var rules = CelRules.compile(
                            List.of(new PolicySet(set.name(), set.namespaces(), set.mandatory(), List.of(broken))));
                    assertThat(SHIPPED.cases().stream()
                                    .filter(one -> one.rule().equals(rule.id()))
                                    .flatMap(one -> one.failure(rules).stream()))
                            .as("%s with level %s, match %s", rule.id(), broken.level(), broken.match())
                            .isNotEmpty();
                }
            }
        }
    }

    private static Rule with(Rule rule, Finding.Level level, String match, String condition) {
        return new Rule(
                rule.id(),
                rule.owner(),
                rule.rationale(),
                level,
                match,
                condition,
                rule.path(),
                rule.message(),
                rule.found(),
                rule.allowed(),
                rule.approvals());
    }

    @Test
    void whatThePlantsMayNotOthersMay() {
        var inTheCloud = draft().of("plant-2");

        assertThat(said("plants-work-on-their-own-machines", inTheCloud.manifest()))
                .isPresent();
        assertThat(GOVERNANCE.judge(ask(inTheCloud.manifest())).asked()).contains("plants-work-on-their-own-machines");
        assertThat(GOVERNANCE.judge(ask(draft().of("plant").manifest())).asked())
                .doesNotContain("plants-work-on-their-own-machines");
    }

    @Test
    void restrictedDataIsHeldForAPersonAndNotDenied() {
        var judgement = GOVERNANCE.judge(ask(draft().classified(Classification.RESTRICTED)
                .in(NetworkModel.VPN, "corporate-vpn")
                .manifest()));

        assertThat(judgement.level()).isEqualTo(Finding.Level.APPROVE);
        assertThat(judgement.findings()).extracting(Finding::rule).containsExactly("restricted-data-is-approved");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gdp-transform", "orders-webhook", "plant-quality", "tiny-report"})
    void theExamplesEndAsTheyForesee(String name) {
        var manifest = example(name);
        var expected = manifest.metadata().annotations().get("barecount.io/expect");

        var judgement = GOVERNANCE.judge(ask(manifest));

        assertThat(judgement.denied())
                .as("%s is expected to end %s: %s", name, expected, judgement.findings())
                .isEqualTo("denied".equals(expected));
        assertThat(judgement.findings()).noneMatch(finding -> finding.found().equals("an error"));
    }

    @Test
    void theTrivialJobIsDeniedByJustOneRuleAndToldWhatToDo() {
        var judgement = GOVERNANCE.judge(ask(example("tiny-report")));

        assertThat(judgement.findings())
                .extracting(Finding::rule)
                .containsExactly("no-expensive-runner-for-trivial-job");
        assertThat(judgement.findings().get(0).allowed()).isEqualTo("lambda");
        assertThat(judgement.suggestion().path()).isEqualTo("/spec/runner/type");
        assertThat(judgement.suggestion().change()).startsWith("lambda, with lambda: {memoryMiB: 512");
        assertThat(judgement.suggestion().estimate().likely())
                .isLessThan(judgement.estimate().likely());
    }

    @Test
    void theTrivialJobIsFoundOnGlueToo() {
        var brief = draft().on(glue(GlueWorker.G_1X, 10)).in(NetworkModel.PRIVATELINK, "sap-hana");

        assertThat(said("no-expensive-runner-for-trivial-job", brief.manifest()))
                .isPresent();
    }

    @Test
    void unknownBoundaryIsDeniedWithTheNamesThatAre() {
        var judgement = GOVERNANCE.judge(
                ask(draft().in(NetworkModel.VPC_PEERING, "commerce-kore").manifest()));

        var finding = judgement.findings().get(0);
        assertThat(judgement.denied()).isTrue();
        assertThat(judgement.boundary()).isNull();
        assertThat(finding.rule()).isEqualTo("boundary-known");
        assertThat(finding.found()).isEqualTo("commerce-kore");
        assertThat(finding.allowed()).isEqualTo("commerce-core, corporate-vpn, factory, sap-hana");
        assertThat(judgement.asked()).doesNotContain("boundary-allows-runner").contains("within-declared-ceiling");
    }

    @Test
    void unknownPriceIsDeniedWithTheItemsThatAre() {
        var judgement = GOVERNANCE.judge(ask(draft().on(ec2("x9.metal", 512))
                .in(NetworkModel.VPN, "corporate-vpn")
                .residing("us-east-1")
                .manifest()));

        assertThat(judgement.estimate()).isNull();
        assertThat(judgement.findings())
                .extracting(Finding::rule)
                .containsExactly("price-known", "residency-matches-region");
        assertThat(judgement.findings().get(0).found()).contains("ec2.x9.metal-hour");
        assertThat(judgement.findings().get(0).allowed()).contains("ec2.t3.micro-hour");
        assertThat(judgement.asked()).doesNotContain("fan-out-ceiling");
    }

    @Test
    void denialsAreToldBeforeAdvice() {
        var judgement = GOVERNANCE.judge(ask(draft().classified(Classification.CONFIDENTIAL)
                .residing()
                .costingAtMost(Money.usd("0.00001"))
                .in(NetworkModel.VPN, "corporate-vpn")
                .manifest()));

        assertThat(judgement.findings())
                .extracting(Finding::level)
                .isEqualTo(List.of(Finding.Level.DENY, Finding.Level.ADVISE));
    }

    @Test
    void adviceAloneDeniesNothing() {
        var judgement = GOVERNANCE.judge(ask(draft().classified(Classification.CONFIDENTIAL)
                .residing()
                .in(NetworkModel.VPN, "corporate-vpn")
                .manifest()));

        assertThat(judgement.denied()).isFalse();
        assertThat(judgement.findings()).hasSize(1);
        assertThat(judgement.suggestion()).isNull();
    }

    @Test
    void whatIsNotNormalisedIsDeniedWithWhatIsMissing() {
        var whole = draft().on(fargate(256, 512)).manifest();
        var spec = whole.spec();
        var noTimes = new Manifest(
                whole.apiVersion(),
                whole.kind(),
                whole.metadata(),
                new Manifest.Spec(
                        spec.owner(), spec.data(), spec.workload(), lambda(0), spec.network(), null, null, null, null));

        var judgement = GOVERNANCE.judge(ask(noTimes));

        assertThat(judgement.denied()).isTrue();
        assertThat(judgement.findings()).hasSize(1);
        assertThat(judgement.findings().get(0).rule()).isEqualTo("manifest-complete");
        assertThat(judgement.findings().get(0).found())
                .contains("/spec/execution", "/spec/cost", "/spec/runner/lambda/memoryMiB");
    }
}
