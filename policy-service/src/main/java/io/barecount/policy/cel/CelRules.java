package io.barecount.policy.cel;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime.Program;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import io.barecount.policy.evaluation.Answer;
import io.barecount.policy.evaluation.BuiltInRules;
import io.barecount.policy.evaluation.Facts;
import io.barecount.policy.evaluation.PolicySet;
import io.barecount.policy.evaluation.Rule;
import io.barecount.policy.evaluation.Rules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rules in CEL (the Common Expression Language): compiled and type-checked once, evaluated for every run. The language has no clock, no
 * input or output and no unbounded loop.
 */
public final class CelRules implements Rules {
    /** Steps that all comprehensions of one evaluation may take together; a manifest has up to 100,000 slices. */
    private static final int ITERATIONS_MAX = 1_000_000;

    private static final Map<String, CelType> VARIABLES;
    private static final Cel CEL;

    static {
        var types = new ContractTypes();
        VARIABLES = Map.of(
                "manifest", types.of(Manifest.class),
                "runner", SimpleType.STRING,
                "boundary", types.of(Boundary.class),
                "estimate", types.of(Facts.Reckoned.class),
                "alternatives", ListType.create(types.of(Facts.Other.class)));
        var builder = CelFactory.standardCelBuilder()
                .setOptions(CelOptions.current()
                        .comprehensionMaxIterations(ITERATIONS_MAX)
                        .build())
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setTypeProvider(types.provider());
        VARIABLES.forEach(builder::addVar);
        CEL = builder.build();
    }

    private final List<PolicySet> sets;
    private final Digest digest;
    private final List<CompiledSet> compiled;

    private record CompiledSet(PolicySet set, List<CompiledRule> rules) {}

    private CelRules(List<PolicySet> sets, List<CompiledSet> compiled) {
        this.sets = sets;
        this.digest = Digest.ofCanonical(sets);
        this.compiled = List.copyOf(compiled);
    }

    /**
     * All sets, in the order of their names.
     *
     * @throws RulesRefused with everything that is wrong with any rule
     */
    public static CelRules compile(List<PolicySet> sets) {
        var sorted = sets.stream().sorted(Comparator.comparing(PolicySet::name)).toList();
        var faults = new ArrayList<Fault>();
        var compiled = new ArrayList<CompiledSet>();
        var setOfRule = new HashMap<String, String>();
        for (var set : sorted) {
            var rules = new ArrayList<CompiledRule>();
            for (var rule : set.rules()) {
                var earlier = setOfRule.putIfAbsent(rule.id(), set.name());
                if (earlier != null) {
                    faults.add(new Fault(
                            set.name(), rule.id(), "id", "policy set " + earlier + " has a rule of this id already"));
                }
                if (BuiltInRules.IDS.contains(rule.id())) {
                    faults.add(
                            new Fault(set.name(), rule.id(), "id", "the name of a built-in rule: " + BuiltInRules.IDS));
                }
                rules.add(new Compilation(set.name(), rule, faults).compile());
            }
            compiled.add(new CompiledSet(set, rules));
        }
        if (!faults.isEmpty()) {
            throw new RulesRefused(faults);
        }
        return new CelRules(sorted, compiled);
    }

    @Override
    public List<PolicySet> sets() {
        return sets;
    }

    @Override
    public Digest digest() {
        return digest;
    }

    @Override
    public List<String> asked(Facts facts) {
        return meant(facts).map(rule -> rule.rule().id()).toList();
    }

    @Override
    public List<Finding> findings(Facts facts) {
        return meant(facts).flatMap(rule -> rule.ask(facts).stream()).toList();
    }

    @Override
    public Answer answer(String rule, Facts facts) {
        var known = compiled.stream()
                .flatMap(set -> set.rules().stream())
                .anyMatch(one -> one.rule().id().equals(rule));
        if (!known) {
            throw new IllegalArgumentException("there is no rule " + rule);
        }
        return meant(facts)
                .filter(one -> one.rule().id().equals(rule))
                .findFirst()
                .map(one -> one.answer(facts))
                .orElseGet(Answer.Unmatched::new);
    }

    @Override
    public boolean deny(Facts facts) {
        return meant(facts).anyMatch(rule -> rule.denies(facts));
    }

    private Stream<CompiledRule> meant(Facts facts) {
        var namespace = facts.namespace();
        return compiled.stream()
                .filter(set -> set.set().holdsIn(namespace))
                .flatMap(set -> set.rules().stream())
                .filter(rule -> rule.canBeAsked(facts));
    }

    /** Compiles one rule and notes what is wrong with it. */
    private static final class Compilation {
        private final String set;
        private final Rule rule;
        private final List<Fault> faults;
        private final Set<String> needs = new TreeSet<>();

        Compilation(String set, Rule rule, List<Fault> faults) {
            this.set = set;
            this.rule = rule;
            this.faults = faults;
        }

        CompiledRule compile() {
            return new CompiledRule(
                    rule,
                    rule.match() == null ? null : program("match", rule.match(), SimpleType.BOOL),
                    program("condition", rule.condition(), SimpleType.BOOL),
                    program("message", rule.message(), SimpleType.STRING),
                    program("found", rule.found(), SimpleType.STRING),
                    program("allowed", rule.allowed(), SimpleType.STRING),
                    Set.copyOf(needs));
        }

        private Program program(String field, String expression, CelType wanted) {
            try {
                var ast = CEL.compile(expression).getAst();
                if (!ast.getResultType().equals(wanted)) {
                    fault(
                            field,
                            "the expression gives " + ast.getResultType().name() + ", it has to give " + wanted.name());
                    return null;
                }
                needs.addAll(factsIn(ast));
                return CEL.createProgram(ast);
            } catch (CelValidationException e) {
                fault(
                        field,
                        e.getErrors().stream().map(CelIssue::getMessage).collect(Collectors.joining("; ")) + " in: "
                                + expression);
                return null;
            } catch (CelEvaluationException e) {
                fault(field, e.getMessage());
                return null;
            }
        }

        private static Set<String> factsIn(CelAbstractSyntaxTree ast) {
            return ast.getReferenceMap().values().stream()
                    .map(CelReference::name)
                    .filter(VARIABLES::containsKey)
                    .collect(Collectors.toSet());
        }

        private void fault(String field, String reason) {
            faults.add(new Fault(set, rule.id(), field, reason));
        }
    }
}
