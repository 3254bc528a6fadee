package io.barecount.policy.choice;

import static io.barecount.policy.Samples.KEY;
import static io.barecount.policy.Samples.NOON;
import static io.barecount.policy.Samples.SHIPPED;
import static io.barecount.policy.Samples.VALIDITY;
import static io.barecount.policy.Samples.accepted;
import static io.barecount.policy.Samples.ask;
import static io.barecount.policy.Samples.auto;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.ec2;
import static io.barecount.policy.Samples.fargate;
import static io.barecount.policy.Samples.glue;
import static io.barecount.policy.Samples.lambda;
import static io.barecount.policy.Samples.onprem;
import static io.barecount.policy.Samples.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.ApprovalRule;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Choice;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.policy.Samples;
import io.barecount.policy.Samples.Draft;
import io.barecount.policy.cel.CelRules;
import io.barecount.policy.decision.Approver;
import io.barecount.policy.decision.DecisionInput;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.estimate.PriceBook;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.evaluation.Boundaries;
import io.barecount.policy.evaluation.Judgement;
import io.barecount.policy.evaluation.PolicySet;
import io.barecount.policy.evaluation.Rule;
import io.barecount.policy.permit.Permits;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChooserTest {
    /** How many catalogues are compared with brute force; a campaign has ten thousand. */
    private static final int CATALOGUES = Integer.getInteger("barecount.catalogues", 160);

    private static final Governance GOVERNANCE = Samples.shipped();

    private static Manifest.Runner chosen(Judgement judgement) {
        return judgement.choice().runner();
    }

    private static Choice.Other other(Judgement judgement, RunnerType type) {
        return judgement.choice().others().stream()
                .filter(other -> other.type() == type)
                .findFirst()
                .orElseThrow();
    }

    private static Draft among(RunnerType... types) {
        return draft().on(auto(512, types));
    }

    @Test
    void theCheapestThatTheBoundaryLetsInIsChosenAndEveryOtherTypeHasItsReason() {
        var judgement = GOVERNANCE.judge(ask(draft().on(auto(512)).manifest()));

        assertThat(chosen(judgement).lambda().memoryMiB()).isEqualTo(512);
        assertThat(judgement.findings()).isEmpty();
        assertThat(judgement.estimate().likely())
                .isEqualTo(GOVERNANCE
                        .judge(ask(draft().on(lambda(512)).manifest()))
                        .estimate()
                        .likely());
        assertThat(other(judgement, RunnerType.FARGATE).why()).isEqualTo(Choice.Why.DEARER);
        assertThat(other(judgement, RunnerType.FARGATE).detail()).startsWith("dearer by 0.00");
        assertThat(other(judgement, RunnerType.FARGATE).likely()).isNotNull();
        assertThat(judgement.choice().others())
                .extracting(Choice.Other::type)
                .contains(RunnerType.FARGATE, RunnerType.GLUE, RunnerType.EC2, RunnerType.ONPREM);
    }

    @Test
    void whatTheRulesForbidIsToldWithTheRule() {
        var judgement = GOVERNANCE.judge(ask(draft().on(auto(512)).manifest()));

        var onprem = other(judgement, RunnerType.ONPREM);
        assertThat(onprem.why()).isEqualTo(Choice.Why.FORBIDDEN);
        assertThat(onprem.likely()).isLessThan(judgement.estimate().likely());
        assertThat(onprem.rules()).contains("boundary-allows-runner");
        assertThat(onprem.detail()).contains("denied by boundary-allows-runner");
    }

    @Test
    void whatTheAuthorExcludesIsNotLookedAt() {
        var judgement = GOVERNANCE.judge(ask(among(RunnerType.FARGATE)
                .taking(Duration.ofMinutes(5), Duration.ofMinutes(10))
                .manifest()));

        assertThat(chosen(judgement)).isEqualTo(fargate(256, 512));
        assertThat(other(judgement, RunnerType.LAMBDA).why()).isEqualTo(Choice.Why.EXCLUDED);
    }

    @Test
    void whatCannotRunItIsUnfitAndWhatHasNoPriceIsToldSo() {
        var onlyFargate = new PriceBook(
                "thin",
                "2026-07",
                "USD",
                SHIPPED.priceBook().items().stream()
                        .filter(item -> item.item().startsWith("fargate."))
                        .toList());
        var governance = governance(new Prices(onlyFargate), List.of(), SHIPPED.boundaries());

        var judgement = governance.judge(ask(draft().on(auto(20_000)).manifest()));

        assertThat(chosen(judgement)).isEqualTo(fargate(4096, 20_480));
        assertThat(other(judgement, RunnerType.LAMBDA).why()).isEqualTo(Choice.Why.UNFIT);
        assertThat(other(judgement, RunnerType.EC2).why()).isEqualTo(Choice.Why.UNPRICED);
        assertThat(other(judgement, RunnerType.GLUE).why()).isEqualTo(Choice.Why.UNPRICED);
        assertThat(other(judgement, RunnerType.GLUE).detail()).contains("thin", "glue.dpu-hour");
    }

    @Test
    void whereNonePassesTheFindingsAreThoseOfTheLeastForbiddenOne() {
        var manifest = among(RunnerType.GLUE, RunnerType.FARGATE)
                .costingAtMost(new Money(new BigDecimal("0.0000001"), "USD"))
                .manifest();

        var judgement = GOVERNANCE.judge(ask(manifest));

        assertThat(judgement.denied()).isTrue();
        assertThat(chosen(judgement)).isNull();
        var least = GOVERNANCE.judge(ask(draft().on(fargate(256, 512))
                .costingAtMost(new Money(new BigDecimal("0.0000001"), "USD"))
                .manifest()));
        assertThat(judgement.findings()).isEqualTo(least.findings());
        assertThat(other(judgement, RunnerType.GLUE).rules()).contains("boundary-allows-runner");
    }

    @Test
    void whereNothingFitsTheDenialSaysWhyOfEachType() {
        var judgement = GOVERNANCE.judge(
                ask(draft().on(auto(900_000, RunnerType.LAMBDA, RunnerType.EC2)).manifest()));

        assertThat(judgement.findings()).extracting(Finding::rule).containsExactly("runner-found");
        assertThat(judgement.findings().get(0).message()).contains("lambda: no size has 900000 MiB", "ec2: no size");
        assertThat(judgement.estimate()).isNull();
    }

    @Test
    void anUnknownBoundaryDeniesAnAutoRunnerAsAnyOther() {
        var judgement = GOVERNANCE.judge(
                ask(draft().on(auto(512)).in(NetworkModel.VPN, "nowhere").manifest()));

        assertThat(judgement.findings()).extracting(Finding::rule).contains("boundary-known");
        assertThat(chosen(judgement)).isNull();
    }

    /** What starts is exactly what is signed, and the permit tells what it was made of. */
    @Test
    void thePermitIsForTheSpecWithTheChosenRunnerAndNamesTheDeclaredOne() {
        var accepted = accepted(run("auto"), draft().on(auto(512)).manifest());

        var decision = DecisionState.decide(null, new DecisionInput.Accepted(accepted), NOON, GOVERNANCE);

        var event = (DecisionEvent.Permitted) decision.events().get(0).data();
        assertThat(event.spec().manifest()).isEqualTo(draft().on(lambda(512)).manifest());
        assertThat(event.spec().parameters()).isEqualTo(accepted.spec().parameters());
        var permit = event.permit()
                .verify(List.of(KEY.verifyingKey()))
                .predicate(Permit.PREDICATE_TYPE, Permit.class, event.spec().digest());
        assertThat(permit.spec()).isEqualTo(event.spec().digest());
        assertThat(permit.manifest()).isEqualTo(event.spec().manifest().digest());
        assertThat(permit.declared()).isEqualTo(accepted.spec().digest());
        var state = (DecisionState.Permitted) decision.state();
        assertThat(state.basis().manifest()).isEqualTo(accepted.spec().manifest());
        assertThat(state.spec()).isEqualTo(event.spec().digest());
        assertThat(state.choice()).isEqualTo(event.choice());
        assertThat(state.manifest()).isEqualTo(event.spec().manifest());
    }

    @Test
    void aDeniedAutoRunKeepsWhatWasDeclared() {
        var accepted = accepted(run("none"), among(RunnerType.GLUE).manifest());

        var decision = DecisionState.decide(null, new DecisionInput.Accepted(accepted), NOON, GOVERNANCE);

        var event = (DecisionEvent.Denied) decision.events().get(0).data();
        assertThat(event.spec()).isEqualTo(accepted.spec());
        assertThat(event.choice().runner()).isNull();
        assertThat(decision.state().spec()).isEqualTo(accepted.spec().digest());
    }

    /** Approvals are for the runner that people saw: another choice is another binding. */
    @Test
    void anApprovalIsForTheChosenRunnerAndVoidOnceAnotherOneIsChosen() {
        var leave = new Rule(
                "leave",
                "o",
                "r",
                Finding.Level.APPROVE,
                null,
                "false",
                "/spec",
                "'m'",
                "'f'",
                "'a'",
                new ApprovalRule(List.of("operator"), 1, Duration.ofDays(1)));
        var before = governance(GOVERNANCE.prices(), List.of(leave), SHIPPED.boundaries());
        var after = governance(GOVERNANCE.prices(), List.of(leave, forbidding("lambda")), SHIPPED.boundaries());
        var accepted = accepted(
                run("held"), among(RunnerType.LAMBDA, RunnerType.FARGATE).manifest());
        var held = (DecisionState.Held) DecisionState.decide(null, new DecisionInput.Accepted(accepted), NOON, before)
                .state();
        assertThat(held.asked().manifest().spec().runner().type()).isEqualTo(RunnerType.LAMBDA);
        var yes = new DecisionInput.Approve(new Approver("bea", List.of("operator")), held.binding(), "fine");

        var permitted = DecisionState.decide(held, yes, NOON, before).state();
        var heldAgain = (DecisionState.Held)
                DecisionState.decide(held, yes, NOON, after).state();

        assertThat(((DecisionState.Permitted) permitted).spec()).isEqualTo(held.spec());
        assertThat(heldAgain.asked().manifest().spec().runner().type()).isNotEqualTo(RunnerType.LAMBDA);
        assertThat(heldAgain.binding()).isNotEqualTo(held.binding());
        assertThat(heldAgain.approvals()).isEmpty();
    }

    @Test
    void theSameQuestionAlwaysHasTheSameChoice() {
        var question = ask(draft().on(auto(2000)).manifest());

        assertThat(Samples.shipped().judge(question).choice())
                .isEqualTo(GOVERNANCE.judge(question).choice());
    }

    /** The oracle: every runner in every size that the author could have named, each asked about by itself. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5})
    void anAutoRunIsTheCheapestThatItsAuthorCouldHaveNamedAndGot(long seed) {
        var random = new SplittableRandom(seed);
        for (var i = 0; i < CATALOGUES / 4; i++) {
            var catalogue = Catalogue.any(random);
            var governance = catalogue.governance(catalogue.rules());

            var judgement = governance.judge(ask(catalogue.manifest()));

            var best = cheapest(governance, catalogue);
            assertThat(judgement.denied()).as("%s", catalogue).isEqualTo(best.isEmpty());
            if (best.isPresent()) {
                assertThat(judgement.estimate().likely()).as("%s", catalogue).isEqualByComparingTo(best.get());
                var named = governance.judge(ask(judgement.resolve(catalogue.manifest())));
                assertThat(named.findings()).isEqualTo(judgement.findings());
                assertThat(named.estimate()).isEqualTo(judgement.estimate());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5})
    void oneRuleMoreNeverMakesItCheaper(long seed) {
        var random = new SplittableRandom(seed);
        for (var i = 0; i < CATALOGUES / 4; i++) {
            var catalogue = Catalogue.any(random);
            var more = new ArrayList<>(catalogue.rules());
            more.add(random.nextInt(more.size() + 1), Catalogue.rule(random, more.size()));

            var before = catalogue.governance(catalogue.rules()).judge(ask(catalogue.manifest()));
            var after = catalogue.governance(more).judge(ask(catalogue.manifest()));

            if (!after.denied()) {
                assertThat(before.denied()).as("%s, and %s", catalogue, more).isFalse();
                assertThat(after.estimate().likely())
                        .as("%s, and %s", catalogue, more)
                        .isGreaterThanOrEqualTo(before.estimate().likely());
            }
        }
    }

    private static Optional<Money> cheapest(Governance governance, Catalogue catalogue) {
        return catalogue
                .everyRunner()
                .map(runner -> governance.judge(ask(catalogue.named(runner))))
                .filter(judgement -> !judgement.denied())
                .map(judgement -> judgement.estimate().likely())
                .min(Money::compareTo);
    }

    private static Rule forbidding(String type) {
        return rule("no-" + type, Finding.Level.DENY, "runner != '" + type + "'");
    }

    private static Rule rule(String id, Finding.Level level, String condition) {
        return new Rule(
                id,
                "o",
                "r",
                level,
                null,
                condition,
                "/spec/runner",
                "'m'",
                "'f'",
                "'a'",
                level == Finding.Level.APPROVE ? new ApprovalRule(List.of("operator"), 1, Duration.ofDays(1)) : null);
    }

    private static Governance governance(Prices prices, List<Rule> rules, List<Boundary> boundaries) {
        return new Governance(
                CelRules.compile(List.of(new PolicySet("set", rules))),
                new Boundaries(boundaries),
                prices,
                new Permits(KEY, VALIDITY));
    }

    /** Prices, rules and a manifest, all at random. */
    private record Catalogue(
            PriceBook prices, List<Rule> rules, int memoryMiB, List<RunnerType> among, Duration expected, int slices) {
        private static final List<String> ITEMS = List.of(
                "lambda.gb-second.arm64",
                "lambda.gb-second.x86_64",
                "fargate.vcpu-hour",
                "fargate.gb-hour",
                "glue.dpu-hour",
                "onprem.hour",
                "ec2.t3.micro-hour",
                "ec2.t3.small-hour",
                "ec2.t3.medium-hour",
                "ec2.t3.large-hour",
                "ec2.m7g.large-hour",
                "ec2.c6i.2xlarge-hour",
                "ec2.m7g.4xlarge-hour");

        /** What Amazon documents of EC2 types, in MiB. */
        private static final Map<String, Integer> EC2_MIB = Map.of(
                "t3.micro", 1024,
                "t3.small", 2048,
                "t3.medium", 4096,
                "t3.large", 8192,
                "m7g.large", 8192,
                "c6i.2xlarge", 16_384,
                "m7g.4xlarge", 65_536);

        /** What Amazon documents of Fargate: each cpu with its lowest and highest memory and the step between. */
        private static final int[][] FARGATE = {
            {256, 512, 1024, 512},
            {256, 2048, 2048, 1024},
            {512, 1024, 4096, 1024},
            {1024, 2048, 8192, 1024},
            {2048, 4096, 16_384, 1024},
            {4096, 8192, 30_720, 1024},
            {8192, 16_384, 61_440, 4096},
            {16_384, 32_768, 122_880, 8192}
        };

        static Catalogue any(SplittableRandom random) {
            var items = new ArrayList<PriceBook.Item>();
            items.add(new PriceBook.Item("lambda.request", new BigDecimal("0.0000002"), "s", "d", Duration.ZERO));
            for (var item : ITEMS) {
                if (random.nextInt(5) > 0) {
                    items.add(new PriceBook.Item(item, price(item, random), "s", "d", minimum(random)));
                }
            }
            var rules = new ArrayList<Rule>();
            IntStream.range(0, random.nextInt(6)).forEach(i -> rules.add(rule(random, i)));
            var among = RunnerType.executing().stream()
                    .filter(type -> random.nextInt(4) > 0)
                    .toList();
            var memory = new int[] {256, 512, 900, 1500, 3000, 7000, 12_000, 40_000};
            return new Catalogue(
                    new PriceBook("any", "2026-07", "USD", items),
                    rules,
                    memory[random.nextInt(memory.length)],
                    among.isEmpty() || random.nextInt(3) == 0 ? null : among,
                    Duration.ofSeconds(1 + random.nextInt(600)),
                    random.nextInt(4));
        }

        /** Few different prices, so that some are as dear as others; some cost nothing. */
        private static BigDecimal price(String item, SplittableRandom random) {
            var scale = item.startsWith("lambda") ? "0.00001" : "0.01";
            return new BigDecimal(scale).multiply(BigDecimal.valueOf(random.nextInt(12)));
        }

        private static Duration minimum(SplittableRandom random) {
            return random.nextBoolean() ? Duration.ZERO : Duration.ofMinutes(1);
        }

        static Rule rule(SplittableRandom random, int number) {
            var conditions = List.of(
                    "runner != 'lambda'",
                    "runner != 'fargate'",
                    "runner != 'glue'",
                    "runner != 'ec2'",
                    "runner != 'onprem'",
                    "runner in boundary.allowedRunners",
                    "estimate.likely <= 0.0" + (1 + random.nextInt(9)),
                    "estimate.high <= 0." + (1 + random.nextInt(9)),
                    "estimate.tasks <= 3",
                    "runner != 'ec2' || manifest.spec.runner.ec2.instanceType != 't3.micro'",
                    "runner != 'lambda' || manifest.spec.runner.lambda.architecture != 'arm64'",
                    "runner != 'fargate' || manifest.spec.runner.fargate.cpu >= 1024",
                    "runner != 'glue' || manifest.spec.runner.glue.workerType != 'G.1X'",
                    "!alternatives.exists(a, a.runner in boundary.allowedRunners && a.likely * 2.0 <= estimate.likely)");
            var levels = Finding.Level.values();
            var level = random.nextInt(3) > 0 ? Finding.Level.DENY : levels[random.nextInt(levels.length)];
            return ChooserTest.rule("rule-" + number, level, conditions.get(random.nextInt(conditions.size())));
        }

        Governance governance(List<Rule> these) {
            var boundary = new Boundary(
                    "commerce-core",
                    NetworkModel.VPC_PEERING,
                    "eu-central-1",
                    "vpc-1",
                    List.of(),
                    List.of(),
                    List.of(),
                    new Boundary.Egress(List.of()),
                    List.of(RunnerType.LAMBDA, RunnerType.FARGATE, RunnerType.EC2),
                    "o");
            return ChooserTest.governance(new Prices(prices), these, List.of(boundary));
        }

        Manifest manifest() {
            return named(auto(memoryMiB, among == null ? new RunnerType[0] : among.toArray(RunnerType[]::new)));
        }

        Manifest named(Manifest.Runner runner) {
            return draft().on(runner)
                    .sliced(slices)
                    .taking(expected, Duration.ofMinutes(10))
                    .manifest();
        }

        /** None with more memory than its size has to have: that would be another declaration. */
        Stream<Manifest.Runner> everyRunner() {
            return Stream.of(lambdas(), fargates(), glues(), ec2s(), Stream.of(onprem(memoryMiB)))
                    .flatMap(runners -> runners)
                    .filter(runner -> among == null || among.contains(runner.type()));
        }

        private Stream<Manifest.Runner> lambdas() {
            return Stream.of(Math.max(512, memoryMiB))
                    .filter(memory -> memory <= 10_240)
                    .flatMap(memory -> Arrays.stream(Manifest.Architecture.values())
                            .map(architecture -> new Manifest.Runner(
                                    RunnerType.LAMBDA,
                                    new Manifest.Lambda(memory, architecture),
                                    null,
                                    null,
                                    null,
                                    null,
                                    new Manifest.Scaling(0, 1))));
        }

        private Stream<Manifest.Runner> fargates() {
            return Arrays.stream(FARGATE)
                    .flatMap(size -> IntStream.iterate(size[1], memory -> memory <= size[2], memory -> memory + size[3])
                            .filter(memory -> memory >= memoryMiB)
                            .limit(1)
                            .mapToObj(memory -> fargate(size[0], memory)));
        }

        private Stream<Manifest.Runner> glues() {
            return Arrays.stream(Manifest.GlueWorker.values())
                    .filter(worker -> worker.memoryMiB() >= memoryMiB)
                    .map(worker -> glue(worker, 2));
        }

        private Stream<Manifest.Runner> ec2s() {
            return EC2_MIB.entrySet().stream()
                    .filter(type -> type.getValue() - 256 >= memoryMiB)
                    .map(type -> ec2(type.getKey(), memoryMiB));
        }
    }
}
