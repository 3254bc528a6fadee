package io.barecount.policy.suggestion;

import static io.barecount.policy.Samples.SHIPPED;
import static io.barecount.policy.Samples.ask;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.ec2;
import static io.barecount.policy.Samples.fargate;
import static io.barecount.policy.Samples.glue;
import static io.barecount.policy.Samples.lambda;
import static io.barecount.policy.Samples.onprem;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Suggestion;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Classification;
import io.barecount.contracts.manifest.Manifest.GlueWorker;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.policy.Samples;
import io.barecount.policy.cel.CelRules;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.evaluation.Boundaries;
import io.barecount.policy.evaluation.PolicySet;
import io.barecount.policy.evaluation.Rule;
import io.barecount.policy.evaluation.SuggestedChange;
import io.barecount.policy.permit.Permits;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SuggestionsTest {
    private static final Governance GOVERNANCE = Samples.shipped();

    private static Suggestion suggested(Samples.Draft draft) {
        var judgement = GOVERNANCE.judge(ask(draft.manifest()));
        assertThat(judgement.denied()).isTrue();
        return judgement.suggestion();
    }

    @Test
    void theCheapestOtherRunnerOfTheSameBoundaryComesFirst() {
        var suggestion = suggested(draft().on(ec2("c6i.2xlarge", 512)).in(NetworkModel.VPN, "corporate-vpn"));

        assertThat(suggestion.path()).isEqualTo("/spec/runner/type");
        assertThat(suggestion.change()).isEqualTo("lambda, with lambda: {memoryMiB: 512, architecture: arm64}");
        assertThat(suggestion.estimate().likely()).isEqualTo(Money.usd("0.000066867"));
    }

    @Test
    void aRunnerThatWouldBeDeniedTooIsPassedOver() {
        // 32 GiB: lambda is too small, ec2 has no size with a price, so fargate it is
        var suggestion = suggested(draft().on(glue(GlueWorker.G_2X, 10))
                .in(NetworkModel.VPN, "corporate-vpn")
                .taking(Duration.ofMinutes(20), Duration.ofHours(1)));

        assertThat(suggestion.change()).isEqualTo("fargate, with fargate: {cpu: 8192, memoryMiB: 32768}");
    }

    @Test
    void theModelThatTheBoundaryHasIsTheSmallestChange() {
        var suggestion = suggested(draft().in(NetworkModel.VPN, "commerce-core"));

        assertThat(suggestion.path()).isEqualTo("/spec/network");
        assertThat(suggestion.change()).isEqualTo("model: vpc-peering, boundary: commerce-core");
    }

    @Test
    void anotherBoundaryIsSuggestedWhereNoRunnerHelps() {
        var suggestion = suggested(draft().on(lambda(512)).classified(Classification.CONFIDENTIAL));

        assertThat(suggestion.path()).isEqualTo("/spec/network");
        assertThat(suggestion.change()).isEqualTo("model: vpn, boundary: corporate-vpn");
    }

    @Test
    void anUnknownBoundaryIsReplacedByOneOfTheSameModel() {
        var suggestion = suggested(draft().on(fargate(256, 512))
                .in(NetworkModel.PRIVATELINK, "sap-hanna")
                .taking(Duration.ofMinutes(5), Duration.ofMinutes(10)));

        assertThat(suggestion.change()).isEqualTo("model: privatelink, boundary: sap-hana");
    }

    @Test
    void bothChangeWhereOneAloneIsNotEnough() {
        // the data may be worked on only on premises
        var suggestion = suggested(draft().residing("onprem"));

        assertThat(suggestion.path()).isEqualTo("/spec/network");
        assertThat(suggestion.change())
                .isEqualTo("model: onprem, boundary: factory; and at /spec/runner/type onprem,"
                        + " with onprem: {cpu: 1, memoryMiB: 512}");
    }

    @Test
    void nothingIsSuggestedWhereNothingHelps() {
        assertThat(suggested(draft().sliced(10_001))).isNull();
    }

    @Test
    void anUnknownPriceIsAnsweredWithARunnerThatHasOne() {
        var suggestion = suggested(draft().on(ec2("x9.metal", 512)).in(NetworkModel.VPN, "corporate-vpn"));

        assertThat(suggestion.path()).isEqualTo("/spec/runner/type");
        assertThat(suggestion.change()).startsWith("lambda");
    }

    /** Even a policy that forgot about residency and boundaries must not lead data out of its region. */
    @Test
    void residencyAndAllowedRunnersHoldWhateverTheRulesSay() {
        var lenient = new Governance(
                CelRules.compile(List.of(new PolicySet(
                        "lenient",
                        List.of(new Rule(
                                "no-lambda",
                                "ada",
                                "r",
                                Finding.Level.DENY,
                                null,
                                "runner != 'lambda'",
                                "/spec",
                                "'m'",
                                "'f'",
                                "'a'"))))),
                new Boundaries(SHIPPED.boundaries()),
                new Prices(SHIPPED.priceBook()),
                new Permits(Samples.KEY, Samples.VALIDITY));

        var inRegion = lenient.judge(ask(draft().manifest())).suggestion();
        var elsewhere =
                lenient.judge(ask(draft().residing("us-east-1").manifest())).suggestion();

        // the cheapest of those that commerce-core lets in: not onprem, which costs nothing
        assertThat(inRegion.change()).startsWith("fargate");
        // nothing of ours is in us-east-1, and at home data is always allowed
        assertThat(elsewhere.change()).startsWith("model: onprem, boundary: factory");
    }

    /** Whatever is denied: who follows the suggestion is permitted, at the cost that was said. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void aFollowedSuggestionIsPermitted(long seed) {
        var random = new SplittableRandom(seed);
        var denied = 0;
        var followed = 0;
        for (var i = 0; i < 150; i++) {
            var manifest = any(random);
            var judgement = GOVERNANCE.judge(ask(manifest));
            assertThat(GOVERNANCE.judge(ask(manifest)))
                    .usingRecursiveComparison()
                    .isEqualTo(judgement);
            denied += judgement.denied() ? 1 : 0;
            if (!judgement.denied()) {
                assertThat(judgement.suggestion()).isNull();
            } else if (judgement.suggestion() != null) {
                var changed = SuggestedChange.apply(judgement.suggestion(), manifest);
                var after = GOVERNANCE.judge(ask(changed));
                assertThat(after.denied())
                        .as("%s\nfollowing %s", Json.text(manifest), judgement.suggestion())
                        .isFalse();
                assertThat(after.estimate()).isEqualTo(judgement.suggestion().estimate());
                followed++;
            }
        }
        assertThat(denied).isBetween(30, 149);
        assertThat(followed).isGreaterThan(10);
    }

    private static Manifest any(SplittableRandom random) {
        var models = NetworkModel.values();
        var classes = Classification.values();
        var regions = List.of(
                List.<String>of(), List.of("eu-central-1"), List.of("us-east-1", "eu-central-1"), List.of("onprem"));
        var boundaries = List.of("commerce-core", "corporate-vpn", "factory", "sap-hana", "nowhere");
        var memory = 64 << random.nextInt(10);
        var runners = List.of(
                lambda(Math.clamp(memory, 128, 10_240)),
                fargate(1024, 4096),
                glue(GlueWorker.values()[random.nextInt(5)], 2 + random.nextInt(9)),
                ec2(List.of("t3.micro", "c6i.2xlarge", "x9.metal").get(random.nextInt(3)), memory),
                onprem(memory));
        var boundary = boundaries.get(random.nextInt(boundaries.size()));
        var model = random.nextInt(4) == 0
                ? models[random.nextInt(models.length)]
                : GOVERNANCE
                        .boundaries()
                        .named(boundary)
                        .map(known -> known.boundary().model())
                        .orElse(NetworkModel.VPN);
        var expected = Duration.ofSeconds(1 + random.nextInt(random.nextBoolean() ? 20 : 2000));
        var draft = draft().classified(classes[random.nextInt(classes.length)])
                .residing(regions.get(random.nextInt(regions.size())).toArray(String[]::new))
                .on(runners.get(random.nextInt(runners.size())))
                .in(model, boundary)
                .sliced(random.nextInt(3) * random.nextInt(50))
                .taking(expected, expected.multipliedBy(2));
        if (random.nextBoolean()) {
            draft.costingAtMost(Money.usd("0." + "0".repeat(random.nextInt(6)) + (1 + random.nextInt(9))));
        }
        return draft.manifest();
    }
}
