package io.barecount.manifest.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.barecount.contracts.event.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A condition that an event has to meet to become a run, in CEL (the Common Expression Language), over
 *
 * <ul>
 *   <li>{@code body}: what the event brings, as JSON; a text if it is none
 *   <li>{@code headers}: its headers, named in lower case; of a header that comes twice, the first
 *   <li>{@code key}: a Kafka record's key; empty where there is none
 * </ul>
 *
 * The language has no clock, no input or output and no unbounded loop. Safe for all threads.
 */
public final class EventFilter {
    /** Steps that all comprehensions of one evaluation may take together. */
    private static final int ITERATIONS_MAX = 100_000;

    private static final int CHARACTERS_MAX = 2000;
    private static final int KEPT_MAX = 1000;

    private static final Cel CEL = CelFactory.standardCelBuilder()
            .setOptions(CelOptions.current()
                    .comprehensionMaxIterations(ITERATIONS_MAX)
                    .maxExpressionCodePointSize(CHARACTERS_MAX)
                    .enableHeterogeneousNumericComparisons(true)
                    .build())
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("body", SimpleType.DYN)
            .addVar("headers", MapType.create(SimpleType.STRING, SimpleType.STRING))
            .addVar("key", SimpleType.STRING)
            .build();

    private static final LoadingCache<String, EventFilter> KEPT =
            Caffeine.newBuilder().maximumSize(KEPT_MAX).build(EventFilter::new);

    private final CelRuntime.Program program;

    private EventFilter(String expression) {
        try {
            var ast = CEL.compile(expression).getAst();
            CelType gives = ast.getResultType();
            if (!gives.equals(SimpleType.BOOL) && !gives.equals(SimpleType.DYN)) {
                throw new FilterRefused("the expression gives " + gives.name() + ", it has to give bool");
            }
            program = CEL.createProgram(ast);
        } catch (CelValidationException e) {
            List<CelIssue> issues = e.getErrors();
            throw new FilterRefused(issues.stream().map(EventFilter::told).collect(Collectors.joining("; ")));
        } catch (CelEvaluationException e) {
            throw new FilterRefused(e.getMessage());
        }
    }

    /** With the place in the expression, if it is known. */
    private static String told(CelIssue issue) {
        var at = issue.getSourceLocation();
        return (at.getLine() > 0 ? "at " + at.getLine() + ":" + (at.getColumn() + 1) + " " : "") + issue.getMessage();
    }

    /** @throws FilterRefused with what is wrong with it, and where */
    public static EventFilter of(String expression) {
        return KEPT.get(expression);
    }

    /** What a filter says of an event. */
    public sealed interface Answer {
        record Passes() implements Answer {}

        record Stops() implements Answer {}

        /** It can't be asked of this event, such as for a field that is not there: the event does not pass. */
        record Fails(String reason) implements Answer {}
    }

    /**
     * @param body a text; JSON if it can be read as such
     * @param headers by any spelling of their names
     */
    public Answer answer(String body, Map<String, List<String>> headers, String key) {
        var lowerCase = new HashMap<String, String>();
        headers.forEach((name, values) -> {
            if (!values.isEmpty()) {
                lowerCase.putIfAbsent(name.toLowerCase(Locale.ROOT), values.get(0));
            }
        });
        try {
            return switch (program.eval(Map.of("body", parsed(body), "headers", lowerCase, "key", key))) {
                case Boolean passes -> passes ? new Answer.Passes() : new Answer.Stops();
                case Object other ->
                    new Answer.Fails("it gives " + other.getClass().getSimpleName() + " for this event, not bool");
            };
        } catch (CelEvaluationException e) {
            return new Answer.Fails(e.getMessage());
        }
    }

    private static Object parsed(String body) {
        try {
            return plain(Json.read(body, JsonNode.class));
        } catch (IllegalArgumentException noJson) {
            return body;
        }
    }

    private static Object plain(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                var map = new HashMap<String, Object>();
                node.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
                yield map;
            }
            case ARRAY -> {
                var list = new ArrayList<>();
                node.forEach(each -> list.add(plain(each)));
                yield list;
            }
            case NUMBER ->
                node.canConvertToLong() && node.isIntegralNumber() ? (Object) node.longValue() : node.doubleValue();
            case BOOLEAN -> node.booleanValue();
            case STRING -> node.textValue();
            case NULL, MISSING, BINARY, POJO -> NullValue.NULL_VALUE;
        };
    }
}
