package io.barecount.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A checked expression as functions over the contracts' records, for what rules are usually made of. It knows no errors: an operation that has
 * none of its usual values throws, and then, as for an expression that has anything else in it, the reference implementation is asked, whose answer
 * counts. So the only thing to get right here is a value where there is one; a test compares them.
 */
final class Shortcut {
    /** What is left to the reference implementation. */
    private static final class Unusual extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unusual() {
            super(null, null, false, false);
        }
    }

    private static final Unusual UNUSUAL = new Unusual();
    private static final double EXACT_MAX = 1L << 53;

    private final CelAbstractSyntaxTree ast;
    private final int iterationsMax;
    private final Map<String, Integer> slotOf = new HashMap<>();
    private int slots;

    private Shortcut(CelAbstractSyntaxTree ast, int iterationsMax) {
        this.ast = ast;
        this.iterationsMax = iterationsMax;
    }

    /** @param slots that its frame needs */
    record Made(Step step, int slots) {}

    /** @return null if there is none for this expression */
    static Made of(CelAbstractSyntaxTree ast, int iterationsMax) {
        var shortcut = new Shortcut(ast, iterationsMax);
        try {
            return new Made(shortcut.step(ast.getExpr()), shortcut.slots);
        } catch (Unusual e) {
            return null;
        }
    }

    private CelType type(CelExpr expression) {
        return ast.getType(expression.id()).orElseThrow(() -> UNUSUAL);
    }

    private Step step(CelExpr expression) {
        return switch (expression.getKind()) {
            case CONSTANT -> constant(expression);
            case IDENT -> ident(expression.ident().name());
            case SELECT -> select(expression);
            case CALL -> call(expression);
            case LIST -> list(expression);
            case COMPREHENSION -> comprehension(expression.comprehension());
            default -> throw UNUSUAL;
        };
    }

    private Step constant(CelExpr expression) {
        var constant = expression.constant();
        Object value = switch (constant.getKind()) {
            case STRING_VALUE -> constant.stringValue();
            case INT64_VALUE -> constant.int64Value();
            case DOUBLE_VALUE -> constant.doubleValue();
            case BOOLEAN_VALUE -> constant.booleanValue();
            default -> throw UNUSUAL;
        };
        return frame -> value;
    }

    private Step ident(String name) {
        var slot = slotOf.get(name);
        if (slot != null) {
            int at = slot;
            return frame -> frame.slots[at];
        }
        return switch (name) {
            case "manifest" -> frame -> frame.facts.manifest();
            case "runner" -> frame -> frame.facts.runner();
            case "boundary" -> frame -> there(frame.facts.boundary());
            case "estimate" -> frame -> there(frame.facts.estimate());
            case "alternatives" -> frame -> frame.facts.alternatives();
            default -> throw UNUSUAL;
        };
    }

    private static Object there(Object value) {
        if (value == null) {
            throw UNUSUAL;
        }
        return value;
    }

    private Step select(CelExpr expression) {
        var select = expression.select();
        var operand = step(select.operand());
        var of = type(select.operand());
        Function<Object, Object> read;
        if (of.kind() == CelKind.STRUCT) {
            read = Fields.of(of.name(), select.field());
        } else if (of.kind() == CelKind.MAP) {
            read = value -> ((Map<?, ?>) value).get(select.field());
        } else {
            throw UNUSUAL;
        }
        if (read == null) {
            throw UNUSUAL;
        }
        return select.testOnly()
                ? frame -> read.apply(operand.value(frame)) != null
                : frame -> there(read.apply(operand.value(frame)));
    }

    private Step list(CelExpr expression) {
        var elements = expression.list().elements().stream().map(this::step).toList();
        if (!expression.list().optionalIndices().isEmpty()) {
            throw UNUSUAL;
        }
        var constant =
                expression.list().elements().stream().allMatch(one -> one.getKind() == CelExpr.ExprKind.Kind.CONSTANT);
        if (constant) {
            List<Object> values =
                    elements.stream().map(element -> element.value(null)).toList();
            return frame -> values;
        }
        return frame -> {
            var values = new ArrayList<Object>(elements.size());
            for (var element : elements) {
                values.add(element.value(frame));
            }
            return values;
        };
    }

    private Step call(CelExpr expression) {
        var call = expression.call();
        var arguments = new ArrayList<CelExpr>();
        call.target().ifPresent(arguments::add);
        arguments.addAll(call.args());
        var steps = arguments.stream().map(this::step).toList();
        var first = steps.get(0);
        var second = steps.size() > 1 ? steps.get(1) : null;
        return switch (call.function()) {
            case "_&&_" -> frame -> first.holds(frame) && second.holds(frame);
            case "_||_" -> frame -> first.holds(frame) || second.holds(frame);
            case "!_" -> frame -> !first.holds(frame);
            case "@not_strictly_false" -> first;
            case "_?_:_" -> {
                var third = steps.get(2);
                yield frame -> first.holds(frame) ? second.value(frame) : third.value(frame);
            }
            case "_==_" -> equal(arguments, first, second);
            case "_!=_" -> {
                var equal = equal(arguments, first, second);
                yield frame -> !equal.holds(frame);
            }
            case "_<_", "_<=_", "_>_", "_>=_" -> order(call.function(), arguments, first, second);
            case "_+_", "_-_", "_*_" -> arithmetic(call.function(), arguments, first, second);
            case "@in" -> in(arguments, first, second);
            case "_[_]" -> at(arguments, first, second);
            case "size" -> size(arguments, first);
            case "startsWith", "endsWith", "contains" -> text(call.function(), arguments, first, second);
            case "double" -> toDouble(arguments, first);
            default -> throw UNUSUAL;
        };
    }

    private boolean all(CelType type, List<CelExpr> expressions) {
        return expressions.stream().allMatch(one -> type(one).equals(type));
    }

    /** Of one simple type: where CEL compares across types, it has its own rules. */
    private Step equal(List<CelExpr> arguments, Step left, Step right) {
        if (all(SimpleType.DOUBLE, arguments)) {
            return frame -> ((Double) left.value(frame)).doubleValue() == (Double) right.value(frame);
        }
        if (all(SimpleType.STRING, arguments)) {
            return frame -> ((String) left.value(frame)).equals((String) right.value(frame));
        }
        if (all(SimpleType.INT, arguments)) {
            return frame -> ((Long) left.value(frame)).longValue() == (Long) right.value(frame);
        }
        if (all(SimpleType.BOOL, arguments)) {
            return frame -> left.holds(frame) == right.holds(frame);
        }
        throw UNUSUAL;
    }

    private Step order(String operator, List<CelExpr> arguments, Step left, Step right) {
        if (all(SimpleType.DOUBLE, arguments)) {
            return switch (operator) {
                case "_<_" -> frame -> (Double) left.value(frame) < (Double) right.value(frame);
                case "_<=_" -> frame -> (Double) left.value(frame) <= (Double) right.value(frame);
                case "_>_" -> frame -> (Double) left.value(frame) > (Double) right.value(frame);
                default -> frame -> (Double) left.value(frame) >= (Double) right.value(frame);
            };
        }
        if (all(SimpleType.INT, arguments)) {
            return switch (operator) {
                case "_<_" -> frame -> (Long) left.value(frame) < (Long) right.value(frame);
                case "_<=_" -> frame -> (Long) left.value(frame) <= (Long) right.value(frame);
                case "_>_" -> frame -> (Long) left.value(frame) > (Long) right.value(frame);
                default -> frame -> (Long) left.value(frame) >= (Long) right.value(frame);
            };
        }
        throw UNUSUAL;
    }

    private Step arithmetic(String operator, List<CelExpr> arguments, Step left, Step right) {
        if (arguments.size() == 2 && all(SimpleType.DOUBLE, arguments)) {
            return switch (operator) {
                case "_+_" -> frame -> (Double) left.value(frame) + (Double) right.value(frame);
                case "_-_" -> frame -> (Double) left.value(frame) - (Double) right.value(frame);
                default -> frame -> (Double) left.value(frame) * (Double) right.value(frame);
            };
        }
        if (arguments.size() == 2 && all(SimpleType.INT, arguments)) {
            return switch (operator) {
                case "_+_" -> frame -> Math.addExact((Long) left.value(frame), (Long) right.value(frame));
                case "_-_" -> frame -> Math.subtractExact((Long) left.value(frame), (Long) right.value(frame));
                default -> frame -> Math.multiplyExact((Long) left.value(frame), (Long) right.value(frame));
            };
        }
        if (operator.equals("_+_") && all(SimpleType.STRING, arguments)) {
            return frame -> ((String) left.value(frame)).concat((String) right.value(frame));
        }
        throw UNUSUAL;
    }

    private Step in(List<CelExpr> arguments, Step element, Step collection) {
        var of = type(arguments.get(0));
        if (!of.equals(SimpleType.STRING) && !of.equals(SimpleType.INT) && !of.equals(SimpleType.BOOL)) {
            throw UNUSUAL;
        }
        var parameter = type(arguments.get(1)).parameters();
        if (parameter.isEmpty() || !parameter.get(0).equals(of)) {
            throw UNUSUAL;
        }
        if (type(arguments.get(1)).kind() == CelKind.MAP) {
            return frame -> ((Map<?, ?>) collection.value(frame)).containsKey(element.value(frame));
        }
        if (arguments.get(1).getKind() == CelExpr.ExprKind.Kind.LIST
                && arguments.get(1).list().elements().stream()
                        .allMatch(one -> one.getKind() == CelExpr.ExprKind.Kind.CONSTANT)) {
            var values = new HashSet<>((Collection<?>) collection.value(null));
            return frame -> values.contains(element.value(frame));
        }
        return frame -> ((List<?>) collection.value(frame)).contains(element.value(frame));
    }

    private Step at(List<CelExpr> arguments, Step collection, Step index) {
        return switch (type(arguments.get(0)).kind()) {
            case MAP -> frame -> there(((Map<?, ?>) collection.value(frame)).get(there(index.value(frame))));
            case LIST -> frame -> ((List<?>) collection.value(frame)).get(Math.toIntExact((Long) index.value(frame)));
            default -> throw UNUSUAL;
        };
    }

    private Step size(List<CelExpr> arguments, Step of) {
        return switch (type(arguments.get(0)).kind()) {
            case LIST -> frame -> (long) ((List<?>) of.value(frame)).size();
            case MAP -> frame -> (long) ((Map<?, ?>) of.value(frame)).size();
            default -> throw UNUSUAL;
        };
    }

    private Step text(String function, List<CelExpr> arguments, Step of, Step part) {
        if (!all(SimpleType.STRING, arguments)) {
            throw UNUSUAL;
        }
        return switch (function) {
            case "startsWith" -> frame -> ((String) of.value(frame)).startsWith((String) part.value(frame));
            case "endsWith" -> frame -> ((String) of.value(frame)).endsWith((String) part.value(frame));
            default -> frame -> ((String) of.value(frame)).contains((String) part.value(frame));
        };
    }

    private Step toDouble(List<CelExpr> arguments, Step of) {
        var from = type(arguments.get(0));
        if (from.equals(SimpleType.INT)) {
            return frame -> {
                long value = (Long) of.value(frame);
                if (Math.abs(value) > EXACT_MAX) {
                    throw UNUSUAL;
                }
                return (double) value;
            };
        }
        if (from.equals(SimpleType.STRING)) {
            return frame -> Double.parseDouble((String) of.value(frame));
        }
        throw UNUSUAL;
    }

    /** {@code all}, {@code exists} and what else needs no list of its own. */
    private Step comprehension(CelExpr.CelComprehension loop) {
        if (!loop.iterVar2().isEmpty() || type(loop.accuInit()).kind() == CelKind.LIST) {
            throw UNUSUAL;
        }
        var range = step(loop.iterRange());
        var overMap = type(loop.iterRange()).kind() == CelKind.MAP;
        var initially = step(loop.accuInit());
        var hidden = new HashMap<>(slotOf);
        var item = slots++;
        var result = slots++;
        slotOf.put(loop.iterVar(), item);
        slotOf.put(loop.accuVar(), result);
        var goesOn = step(loop.loopCondition());
        var next = step(loop.loopStep());
        slotOf.remove(loop.iterVar());
        var last = step(loop.result());
        slotOf.clear();
        slotOf.putAll(hidden);
        return frame -> {
            var over = range.value(frame);
            Collection<?> items = overMap ? new TreeSet<Object>(((Map<?, ?>) over).keySet()) : (List<?>) over;
            frame.slots[result] = initially.value(frame);
            for (var one : items) {
                if (++frame.iterations > iterationsMax) {
                    throw UNUSUAL;
                }
                frame.slots[item] = one;
                if (!goesOn.holds(frame)) {
                    break;
                }
                frame.slots[result] = next.value(frame);
            }
            return last.value(frame);
        };
    }
}
