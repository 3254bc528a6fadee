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
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * What {@code ./barecount bench decisions} measures, as plain suppliers: in this module, as no other may know its classes. Each call is one
 * decision, of one manifest after the other; what it gives depends on what came out, so that nothing is left out.
 */
public final class MeasuredDecisions {
    private static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");
    private static final List<String> PASSING =
            List.of("gdp-transform", "orders-webhook", "plant-quality", "plant-seal");
    private static final List<String> DENIED = List.of("tiny-report");

    private final Governance governance;
    private final CelRules byTheBook;

    private MeasuredDecisions(GovernanceDocuments documents, int copies) {
        var rules = CelRules.compile(IntStream.range(0, copies)
                .boxed()
                .flatMap(copy -> documents.policySets().stream().map(set -> copy(set, copy)))
                .toList());
        this.governance =
                new Governance(rules, new Boundaries(documents.boundaries()), new Prices(documents.priceBook()), null);
        this.byTheBook = rules.byTheBook();
    }

    /**
     * Under {@code decision}: a whole judgement of a run that passes. {@code bare}: its rules' expressions alone, by the reference implementation,
     * over facts that are there already. {@code denial}: one with a suggestion. {@code rules}: how many there are.
     *
     * @param examples the directory with manifests and governance
     * @param copies of the rules that are shipped there
     */
    public static Map<String, IntSupplier> of(Path examples, int copies) throws IOException {
        var measured = new MeasuredDecisions(GovernanceDocuments.read(examples.resolve("governance")), copies);
        var passing = manifests(examples, PASSING);
        return Map.of(
                "decision", inTurn(passing, measured::decide),
                "bare", inTurn(passing.stream().map(measured::facts).toList(), measured::evaluate),
                "denial", inTurn(manifests(examples, DENIED), measured::decide),
                "rules", measured::count);
    }

    private static <T> IntSupplier inTurn(List<T> inputs, ToIntFunction<T> call) {
        return new IntSupplier() {
            private int next;

            @Override
            public int getAsInt() {
                next = next + 1 == inputs.size() ? 0 : next + 1;
                return call.applyAsInt(inputs.get(next));
            }
        };
    }

    private int count() {
        return governance.rules().sets().stream()
                .mapToInt(set -> set.rules().size())
                .sum();
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
}
