package io.barecount.policy.cel;

import dev.cel.common.ast.CelExpr;
import java.util.Map;

/**
 * How many steps the loops of an expression can take at most, over the largest manifest that the schema lets in. An expression that could take
 * more than may be taken is refused when it is loaded: at the first large manifest it would deny, and nobody would know why.
 */
final class Costs {
    /** As the published schema bounds them. */
    private static final Map<String, Long> LARGEST = Map.ofEntries(
            Map.entry("manifest.spec.batch.slices", 100_000L),
            Map.entry("manifest.spec.data.inputs", 1_000L),
            Map.entry("manifest.spec.data.outputs", 1_000L),
            Map.entry("manifest.spec.data.residency", 64L),
            Map.entry("manifest.spec.triggers", 16L),
            Map.entry("manifest.spec.workload.parameters", 200L),
            Map.entry("manifest.spec.workload.secrets", 32L),
            Map.entry("manifest.spec.execution.retries.on", 6L),
            Map.entry("manifest.metadata.labels", 64L),
            Map.entry("manifest.metadata.annotations", 64L),
            Map.entry("alternatives", 4L),
            Map.entry("boundary.allowedRunners", 5L));

    /** Of a list that nothing bounds, such as a boundary's subnets. */
    private static final long OTHERWISE = 1_000L;

    private Costs() {}

    /** {@link Long#MAX_VALUE} for more than can be said. */
    static long most(CelExpr expression) {
        return switch (expression.getKind()) {
            case SELECT -> most(expression.select().operand());
            case CALL -> {
                var call = expression.call();
                var sum = call.target().map(Costs::most).orElse(0L);
                for (var argument : call.args()) {
                    sum = plus(sum, most(argument));
                }
                yield sum;
            }
            case LIST -> {
                var sum = 0L;
                for (var element : expression.list().elements()) {
                    sum = plus(sum, most(element));
                }
                yield sum;
            }
            case COMPREHENSION -> {
                var loop = expression.comprehension();
                var each = plus(plus(1, most(loop.loopCondition())), most(loop.loopStep()));
                yield plus(plus(most(loop.iterRange()), times(length(loop.iterRange()), each)), most(loop.result()));
            }
            default -> 0;
        };
    }

    /** Of the list that this gives, at most. */
    private static long length(CelExpr list) {
        return switch (list.getKind()) {
            case LIST -> list.list().elements().size();
            case COMPREHENSION -> length(list.comprehension().iterRange());
            default -> LARGEST.getOrDefault(path(list), OTHERWISE);
        };
    }

    private static String path(CelExpr expression) {
        return switch (expression.getKind()) {
            case IDENT -> expression.ident().name();
            case SELECT ->
                path(expression.select().operand()) + "." + expression.select().field();
            default -> "";
        };
    }

    private static long plus(long one, long other) {
        var sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private static long times(long one, long other) {
        try {
            return Math.multiplyExact(one, other);
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }
}
