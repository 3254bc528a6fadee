package io.barecount.policy;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.policy.cel.CelRules;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.decision.Question;
import io.barecount.policy.documents.GovernanceDocuments;
import io.barecount.policy.estimate.Alternatives;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.evaluation.Boundaries;
import io.barecount.policy.evaluation.Facts;
import io.barecount.policy.evaluation.PolicySet;
import io.barecount.policy.evaluation.Rule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * {@code ./barecount bench decisions}: how many decisions one core makes in a second, beside a bare evaluation of the same expressions. In this
 * module, as no other may know its classes; in a process of its own.
 */
final class DecisionSpeed {
    private static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");
    private static final List<String> PASSING =
            List.of("gdp-transform", "orders-webhook", "plant-quality", "plant-seal");
    private static final List<String> DENIED = List.of("tiny-report");
    private static final int BATCH = 200;

    private final int seconds;
    private final Governance governance;
    private final CelRules byTheBook;

    /**
     * @param decisionsPerSecond of runs that pass
     * @param barePerSecond the same expressions for the same runs, by the reference implementation, and nothing else
     * @param ratio of the two
     * @param denialsPerSecond with a suggestion each
     */
    record Result(int rules, double decisionsPerSecond, double barePerSecond, double ratio, double denialsPerSecond) {}

    private DecisionSpeed(GovernanceDocuments documents, int copies, int seconds) {
        this.seconds = seconds;
        var rules = CelRules.compile(IntStream.range(0, copies)
                .boxed()
                .flatMap(copy -> documents.policySets().stream().map(set -> copy(set, copy)))
                .toList());
        this.governance =
                new Governance(rules, new Boundaries(documents.boundaries()), new Prices(documents.priceBook()), null);
        this.byTheBook = rules.byTheBook();
    }

    /** Arguments: the examples' directory, copies of their rules, seconds for each measurement. */
    public static void main(String[] args) throws IOException {
        var examples = Path.of(args[0]);
        var speed = new DecisionSpeed(
                GovernanceDocuments.read(examples.resolve("governance")),
                Integer.parseInt(args[1]),
                Integer.parseInt(args[2]));
        System.out.println(Json.tree(speed.measure(examples)).toPrettyString());
    }

    private Result measure(Path examples) throws IOException {
        var passing = manifests(examples, PASSING);
        var decisions = perSecond(passing, this::decide);
        var bare = perSecond(passing.stream().map(this::facts).toList(), this::evaluate);
        var denials = perSecond(manifests(examples, DENIED), this::decide);
        var count = governance.rules().sets().stream()
                .mapToInt(set -> set.rules().size())
                .sum();
        return new Result(
                count,
                Math.round(decisions),
                Math.round(bare),
                Math.round(decisions / bare * 100) / 100.0,
                Math.round(denials));
    }

    private static PolicySet copy(PolicySet set, int number) {
        return new PolicySet(
                set.name() + "-" + number,
                set.namespaces(),
                set.mandatory(),
                set.rules().stream()
                        .map(rule -> new Rule(
                                rule.id() + "-" + number,
                                rule.owner(),
                                rule.rationale(),
                                rule.level(),
                                rule.match(),
                                rule.condition(),
                                rule.path(),
                                rule.message(),
                                rule.found(),
                                rule.allowed(),
                                rule.approvals(),
                                rule.exemptible()))
                        .toList());
    }

    private static List<Manifest> manifests(Path examples, List<String> names) throws IOException {
        var manifests = new ArrayList<Manifest>();
        for (var name : names) {
            var file = examples.resolve("manifests").resolve(name + ".yaml").toFile();
            manifests.add(Json.fromTree(new YAMLMapper().readTree(file), Manifest.class));
        }
        return manifests;
    }

    private int decide(Manifest manifest) {
        return governance.judge(Question.of(manifest, NOON)).asked().size();
    }

    private Facts facts(Manifest manifest) {
        var prices = governance.prices();
        return Facts.of(
                manifest,
                governance
                        .boundaries()
                        .named(manifest.spec().network().boundary())
                        .orElseThrow(),
                prices.estimate(manifest).estimateOrNull(),
                new Alternatives(prices).to(manifest));
    }

    private int evaluate(Facts facts) {
        return byTheBook.findings(facts).size();
    }

    private <T> double perSecond(List<T> inputs, ToIntFunction<T> call) {
        run(inputs, call);
        return run(inputs, call);
    }

    private <T> double run(List<T> inputs, ToIntFunction<T> call) {
        var cpu = ManagementFactory.getThreadMXBean();
        var began = cpu.getCurrentThreadCpuTime();
        var until = began + seconds * 1_000_000_000L;
        var calls = 0L;
        var sum = 0L;
        while (cpu.getCurrentThreadCpuTime() < until) {
            for (var i = 0; i < BATCH; i++) {
                sum += call.applyAsInt(inputs.get(i % inputs.size()));
            }
            calls += BATCH;
        }
        if (sum < 0) {
            throw new IllegalStateException("nothing was evaluated");
        }
        return calls * 1e9 / (cpu.getCurrentThreadCpuTime() - began);
    }
}
