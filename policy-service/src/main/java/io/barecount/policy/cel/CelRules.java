package io.barecount.policy.cel;

import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Finding.Level;
import io.barecount.policy.evaluation.CompiledRule;
import io.barecount.policy.evaluation.Rule;
import java.util.Map;
import java.util.Optional;

/** Compiles rules written in CEL: parsed and type-checked once, no clock, no I/O. */
public final class CelRules {
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.standardCelRuntimeBuilder().build();

    private CelRules() {}

    /** A rule that is no valid CEL, or of the wrong type; the message says which part and why. */
    public static final class RuleInvalid extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RuleInvalid(String rule, String part, String why) {
            super("rule " + rule + ", " + part + ": " + why);
        }
    }

    /** @throws RuleInvalid if it can't be used */
    public static CompiledRule compile(Rule rule) {
        return new Compiled(
                rule,
                rule.match() == null ? null : program(rule, "match", rule.match(), SimpleType.BOOL),
                program(rule, "condition", rule.condition(), SimpleType.BOOL),
                program(rule, "message", rule.message(), SimpleType.DYN),
                program(rule, "found", rule.found(), SimpleType.DYN),
                program(rule, "allowed", rule.allowed(), SimpleType.DYN));
    }

    private static CelRuntime.Program program(Rule rule, String part, String expression, CelType type) {
        if (expression == null) {
            throw new RuleInvalid(rule.id(), part, "it is missing");
        }
        try {
            return RUNTIME.createProgram(compiler(type).compile(expression).getAst());
        } catch (CelValidationException | CelEvaluationException e) {
            throw new RuleInvalid(rule.id(), part, e.getMessage());
        }
    }

    private static CelCompiler compiler(CelType result) {
        return CelCompilerFactory.standardCelCompilerBuilder()
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addVar("manifest", SimpleType.DYN)
                .addVar("runner", SimpleType.STRING)
                .addVar("boundary", SimpleType.DYN)
                .addVar("estimate", SimpleType.DYN)
                .addVar("alternatives", SimpleType.DYN)
                .setResultType(result)
                .build();
    }

    private record Compiled(
            Rule rule,
            CelRuntime.Program match,
            CelRuntime.Program condition,
            CelRuntime.Program message,
            CelRuntime.Program found,
            CelRuntime.Program allowed)
            implements CompiledRule {
        @Override
        public Optional<Finding> apply(Map<String, Object> facts) {
            try {
                if ((match != null && !(boolean) match.eval(facts)) || (boolean) condition.eval(facts)) {
                    return Optional.empty();
                }
                return Optional.of(
                        finding(rule.level(), (String) message.eval(facts), (String) found.eval(facts), (String)
                                allowed.eval(facts)));
            } catch (CelEvaluationException | RuntimeException e) {
                return Optional.of(finding(
                        Level.DENY, "The rule could not be evaluated, and so denies: " + e.getMessage(), "", ""));
            }
        }

        private static String text(CelRuntime.Program program, Map<String, Object> facts)
                throws CelEvaluationException {
            return String.valueOf(program.eval(facts));
        }

        private Finding finding(Level level, String message, String found, String allowed) {
            return new Finding(rule.id(), level, rule.path(), message, found, allowed, rule.owner());
        }
    }
}
