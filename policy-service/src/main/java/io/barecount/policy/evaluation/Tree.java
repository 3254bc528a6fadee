package io.barecount.policy.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Contracts as the plain maps and lists that their JSON form stands for. */
final class Tree {
    private Tree() {}

    /** Keys are sorted: the contracts' own maps have another order in every process, and a rule may go through one. */
    static Map<String, Object> of(Object record) {
        return asMap(plain(Json.tree(record)));
    }

    private static Object plain(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                var sorted = new TreeMap<String, Object>();
                node.properties().forEach(field -> sorted.put(field.getKey(), plain(field.getValue())));
                yield new LinkedHashMap<>(sorted);
            }
            case ARRAY -> {
                var list = new ArrayList<Object>(node.size());
                node.forEach(item -> list.add(plain(item)));
                yield list;
            }
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> node.isIntegralNumber() ? (Object) node.longValue() : (Object) node.doubleValue();
            case STRING -> node.textValue();
            case NULL, MISSING, BINARY, POJO ->
                throw new IllegalArgumentException("contracts have no " + node.getNodeType());
        };
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> asMap(Object tree) {
        return (Map<String, Object>) tree;
    }
}
