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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Rules in CEL (the Common Expression Language): compiled and type-checked once, evaluated for every run. The language has no clock, no
 * input or output and no unbounded loop.
 */
public final class CelRules implements Rules {
    /** Steps that all comprehensions of one evaluation may take together; a manifest has up to 100,000 slices. */
    private static final int ITERATIONS_MAX = 1_000_000;

    /** Of one expression: the longest that is shipped has 500. */
    private static final int CHARACTERS_MAX = 10_000;

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
                        .maxExpressionCodePointSize(CHARACTERS_MAX)
                        .build())
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setTypeProvider(types.provider());
        VARIABLES.forEach(builder::addVar);
        CEL = builder.build();
    }

    private final List<PolicySet> sets;
    private final Digest digest;
    private final List<CompiledSet> compiled;
    private final Map<String, CompiledRule> byId = new HashMap<>();
    private final int slots;

    private record CompiledSet(PolicySet set, List<CompiledRule> rules) {}

    private CelRules(List<PolicySet> sets, List<CompiledSet> compiled) {
        this.sets = sets;
        this.digest = Digest.ofCanonical(sets);
        this.compiled = List.copyOf(compiled);
        compiled.forEach(set -> set.rules().forEach(rule -> byId.put(rule.id(), rule)));
        this.slots = byId.values().stream().mapToInt(CompiledRule::slots).max().orElse(0);
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

    /** Null with its faults if anything is wrong with it. */
    static Expression compile(String expression, CelType wanted, List<Fault> faults) {
        var rule = new Rule("expression", null, null, null, null, null, null, null, null, null);
        return new Compilation("none", rule, faults).expression("expression", expression, wanted);
    }

    /** The same, each expression evaluated by the reference implementation alone: to compare with. */
    public CelRules byTheBook() {
        return new CelRules(
                sets,
                compiled.stream()
                        .map(set -> new CompiledSet(
                                set.set(),
                                set.rules().stream()
                                        .map(CompiledRule::byTheBook)
                                        .toList()))
                        .toList());
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
    public Optional<Rule> rule(String id) {
        return Optional.ofNullable(byId.get(id)).map(CompiledRule::rule);
    }

    @Override
    public List<String> asked(Facts facts) {
        var ids = new ArrayList<String>(byId.size());
        for (var set : compiled) {
            if (set.set().holdsIn(facts.namespace())) {
                for (var rule : set.rules()) {
                    if (rule.canBeAsked(facts)) {
                        ids.add(rule.id());
                    }
                }
            }
        }
        return ids;
    }

    @Override
    public List<Finding> findings(Facts facts) {
        var findings = new ArrayList<Finding>();
        var frame = new Step.Frame(facts, slots);
        for (var set : compiled) {
            if (set.set().holdsIn(facts.namespace())) {
                for (var rule : set.rules()) {
                    if (rule.canBeAsked(facts) && rule.answer(frame) instanceof Answer.Fired(var finding)) {
                        findings.add(finding);
                    }
                }
            }
        }
        return findings;
    }

    @Override
    public Answer answer(String id, Facts facts) {
        var rule = byId.get(id);
        if (rule == null) {
            throw new IllegalArgumentException("there is no rule " + id);
        }
        var meant = compiled.stream()
                .anyMatch(set -> set.rules().contains(rule) && set.set().holdsIn(facts.namespace()));
        return meant && rule.canBeAsked(facts) ? rule.answer(new Step.Frame(facts, slots)) : new Answer.Unmatched();
    }

    @Override
    public boolean deny(Facts facts, Predicate<Rule> exempt) {
        var frame = new Step.Frame(facts, slots);
        for (var set : compiled) {
            if (set.set().holdsIn(facts.namespace())) {
                for (var rule : set.rules()) {
                    if (rule.canBeAsked(facts) && rule.denies(frame) && !exempt.test(rule.rule())) {
                        return true;
                    }
                }
            }
        }
        return false;
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

        /** Null if anything is wrong with it. */
        CompiledRule compile() {
            var before = faults.size();
            var compiled = new CompiledRule(
                    rule,
                    rule.match() == null ? null : expression("match", rule.match(), SimpleType.BOOL),
                    expression("condition", rule.condition(), SimpleType.BOOL),
                    expression("message", rule.message(), SimpleType.STRING),
                    expression("found", rule.found(), SimpleType.STRING),
                    expression("allowed", rule.allowed(), SimpleType.STRING),
                    needs);
            return faults.size() == before ? compiled : null;
        }

        private Expression expression(String field, String expression, CelType wanted) {
            try {
                var ast = CEL.compile(expression).getAst();
                if (!ast.getResultType().equals(wanted)) {
                    fault(
                            field,
                            "the expression gives " + ast.getResultType().name() + ", it has to give " + wanted.name());
                    return null;
                }
                var steps = Costs.most(ast.getExpr());
                if (steps > ITERATIONS_MAX) {
                    fault(
                            field,
                            "too costly: its loops could take " + (steps == Long.MAX_VALUE ? "endlessly many" : steps)
                                    + " steps over the largest manifest, and " + ITERATIONS_MAX
                                    + " are allowed; don't nest loops over long lists in: " + expression);
                    return null;
                }
                needs.addAll(factsIn(ast));
                return new Expression(CEL.createProgram(ast), Shortcut.of(ast, ITERATIONS_MAX));
            } catch (CelValidationException e) {
                fault(
                        field,
                        e.getErrors().stream().map(Compilation::told).collect(Collectors.joining("; ")) + " in: "
                                + expression);
                return null;
            } catch (CelEvaluationException e) {
                fault(field, e.getMessage());
                return null;
            }
        }

        /** With the place in the expression, if it is known. */
        private static String told(CelIssue issue) {
            var at = issue.getSourceLocation();
            return (at.getLine() > 0 ? "at " + at.getLine() + ":" + (at.getColumn() + 1) + " " : "")
                    + issue.getMessage();
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
