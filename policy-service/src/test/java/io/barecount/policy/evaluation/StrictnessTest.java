package io.barecount.policy.evaluation;

import static io.barecount.policy.Samples.KEY;
import static io.barecount.policy.Samples.SHIPPED;
import static io.barecount.policy.Samples.VALIDITY;
import static io.barecount.policy.Samples.ask;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.ec2;
import static io.barecount.policy.Samples.fargate;
import static io.barecount.policy.Samples.lambda;
import static io.barecount.policy.Samples.onprem;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.decision.ApprovalRule;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.policy.cel.CelRules;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.permit.Permits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How what single rules say becomes one decision, whatever the rules. */
class StrictnessTest {
    private static final Boundaries BOUNDARIES = new Boundaries(SHIPPED.boundaries());
    private static final Prices PRICES = new Prices(SHIPPED.priceBook());
    private static final ApprovalRule LEAVE = new ApprovalRule(List.of("governance"), 1, Duration.ofDays(1));
    private static final List<String> CONDITIONS = List.of(
            "true",
            "false",
            "runner == 'lambda'",
            "boundary.model != 'vpn'",
            "estimate.tasks < 3",
            "alternatives.all(a, a.likely * 2.0 > estimate.likely)",
            "manifest.metadata.labels['none'] == 'x'",
            "manifest.metadata.namespace == 'finance'");
    private static final List<List<String>> NAMESPACES =
            Collections.unmodifiableList(java.util.Arrays.asList(null, List.of("finance"), List.of("plant-*", "f*e")));

    private static Rule rule(int id, SplittableRandom random) {
        var level = Finding.Level.values()[random.nextInt(3)];
        return new Rule(
                "rule-" + id,
                "ada",
                "r",
                level,
                random.nextBoolean() ? null : CONDITIONS.get(random.nextInt(CONDITIONS.size())),
                CONDITIONS.get(random.nextInt(CONDITIONS.size())),
                "/spec",
                "'m'",
                "'f'",
                "'a'",
                level == Finding.Level.APPROVE ? LEAVE : null);
    }

    /** One rule each, so that their order is the names'. */
    private static List<PolicySet> sets(int from, SplittableRandom random) {
        var sets = new ArrayList<PolicySet>();
        for (var i = from; i < from + 1 + random.nextInt(8); i++) {
            sets.add(new PolicySet("set-" + i, NAMESPACES.get(random.nextInt(3)), null, List.of(rule(i, random))));
        }
        return sets;
    }

    private static Judgement judge(List<PolicySet> sets, Manifest manifest) {
        return new Governance(CelRules.compile(sets), BOUNDARIES, PRICES, new Permits(KEY, VALIDITY))
                .judge(ask(manifest));
    }

    private static Manifest any(SplittableRandom random) {
        var runners = List.of(lambda(512), fargate(1024, 4096), ec2("t3.medium", 1024), onprem(512));
        var boundaries = BOUNDARIES.all();
        var boundary = boundaries.get(random.nextInt(boundaries.size())).boundary();
        return draft().of(List.of("finance", "commerce", "plant-7").get(random.nextInt(3)))
                .on(runners.get(random.nextInt(runners.size())))
                .in(random.nextInt(5) == 0 ? NetworkModel.VPN : boundary.model(), boundary.name())
                .sliced(random.nextInt(6))
                .manifest();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theStrictestOfAllThatAnyRuleSaysWinsInWhateverOrder(long seed) {
        var random = new SplittableRandom(seed);
        for (var i = 0; i < 100; i++) {
            var sets = sets(0, random);
            var manifest = any(random);
            var together = judge(sets, manifest);
            var strictest = sets.stream()
                    .map(set -> judge(List.of(set), manifest).level())
                    .max(Comparator.naturalOrder())
                    .orElseThrow();

            var shuffled = new ArrayList<>(sets);
            Collections.shuffle(shuffled, new Random(seed + i));
            var renamed = new ArrayList<PolicySet>();
            for (var j = 0; j < shuffled.size(); j++) {
                renamed.add(new PolicySet(
                        "other-" + j,
                        shuffled.get(j).namespaces(),
                        null,
                        shuffled.get(j).rules()));
            }

            assertThat(together.level()).isEqualTo(strictest);
            assertThat(judge(shuffled, manifest)).usingRecursiveComparison().isEqualTo(together);
            assertThat(judge(renamed, manifest).level()).isEqualTo(strictest);
            assertThat(judge(renamed, manifest).findings()).containsExactlyInAnyOrderElementsOf(together.findings());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void oneMoreSetNeverLoosensADecision(long seed) {
        var random = new SplittableRandom(seed);
        for (var i = 0; i < 100; i++) {
            var sets = sets(0, random);
            var manifest = any(random);
            var before = judge(sets, manifest);
            var more = new ArrayList<>(sets);
            more.addAll(sets(100, random));
            var after = judge(more, manifest);

            assertThat(after.level()).isGreaterThanOrEqualTo(before.level());
            assertThat(after.findings()).containsAll(before.findings());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aMandatorySetHoldsWhereverASetForAllDoes(long seed) {
        var random = new SplittableRandom(seed);
        for (var i = 0; i < 100; i++) {
            var rule = rule(i, random);
            var manifest = any(random);

            var mandatory = judge(List.of(new PolicySet("set", null, true, List.of(rule))), manifest);
            var narrowed = judge(List.of(new PolicySet("set", List.of("finance"), null, List.of(rule))), manifest);

            assertThat(mandatory.findings())
                    .isEqualTo(judge(List.of(new PolicySet("set", List.of(rule))), manifest)
                            .findings());
            assertThat(narrowed.findings())
                    .isEqualTo(manifest.namespace().equals("finance") ? mandatory.findings() : List.of());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aSuggestedChangePassesWhateverTheRules(long seed) {
        var random = new SplittableRandom(seed);
        for (var i = 0; i < 100; i++) {
            var rules = CelRules.compile(sets(0, random));
            var governance = new Governance(rules, BOUNDARIES, PRICES, new Permits(KEY, VALIDITY));
            var manifest = any(random);
            var judgement = governance.judge(ask(manifest));
            if (judgement.suggestion() != null) {
                var changed = SuggestedChange.apply(judgement.suggestion(), manifest);
                assertThat(governance.judge(ask(changed)).denied())
                        .as("%s after %s", rules.sets(), judgement.suggestion())
                        .isFalse();
            }
        }
    }
}
