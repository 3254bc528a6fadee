package io.barecount.policy.documents;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads a YAML document into a record, and nothing else: what a record has no field for, what it has one for and the document lacks, a
 * key that stands there twice and a second document in the same file are all refused.
 */
final class StrictYaml {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final List<String> faults = new ArrayList<>();

    private StrictYaml() {}

    /** @throws Refused with all that is wrong, each with its JSON pointer */
    static <T> T read(byte[] yaml, Class<T> type) {
        JsonNode tree;
        try {
            tree = YAML.readTree(yaml);
        } catch (IOException e) {
            throw new Refused(List.of(e.getMessage().replaceAll("\\s+", " ")));
        }
        var check = new StrictYaml();
        check.value(tree, type, "");
        if (!check.faults.isEmpty()) {
            throw new Refused(check.faults);
        }
        return Json.fromTree(tree, type);
    }

    private void value(JsonNode node, Type type, String pointer) {
        if (type instanceof ParameterizedType list) {
            if (!node.isArray()) {
                fault(pointer, "a list is wanted, found " + node.getNodeType());
                return;
            }
            for (var i = 0; i < node.size(); i++) {
                value(node.get(i), list.getActualTypeArguments()[0], pointer + "/" + i);
            }
        } else if (((Class<?>) type).isRecord()) {
            record(node, (Class<?>) type, pointer);
        } else {
            scalar(node, (Class<?>) type, pointer);
        }
    }

    private void record(JsonNode node, Class<?> type, String pointer) {
        if (!node.isObject()) {
            fault(pointer, "fields are wanted, found " + node.getNodeType());
            return;
        }
        var components = type.getRecordComponents();
        var allowed = Arrays.stream(components).map(RecordComponent::getName).toList();
        node.fieldNames().forEachRemaining(name -> {
            if (!allowed.contains(name)) {
                fault(pointer + "/" + name, "unknown field, allowed are " + String.join(", ", allowed));
            }
        });
        for (var component : components) {
            var below = pointer + "/" + component.getName();
            var found = node.path(component.getName());
            if (!found.isMissingNode() && !found.isNull()) {
                value(found, component.getGenericType(), below);
            } else if (!component.isAnnotationPresent(Dispensable.class)) {
                fault(below, "missing");
            }
        }
    }

    private void scalar(JsonNode node, Class<?> type, String pointer) {
        if (!node.isValueNode() || node.isNull()) {
            fault(pointer, "a single value is wanted, found " + node.getNodeType());
            return;
        }
        if (type == String.class && !node.isTextual()) {
            fault(pointer, "text is wanted, found " + node + ": put it in quotes");
            return;
        }
        if (node.asText().isBlank()) {
            fault(pointer, "empty");
            return;
        }
        try {
            Json.fromTree(node, type);
        } catch (IllegalArgumentException e) {
            fault(
                    pointer,
                    type.isEnum()
                            ? "found " + node + ", allowed are "
                                    + Arrays.stream(type.getEnumConstants())
                                            .map(constant -> Json.tree(constant).asText())
                                            .collect(Collectors.joining(", "))
                            : "found " + node + ", which is no " + type.getSimpleName());
        }
    }

    private void fault(String pointer, String reason) {
        faults.add((pointer.isEmpty() ? "the document" : pointer) + ": " + reason);
    }

    /** A document that says something else than it should. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient List<String> faults;

        Refused(List<String> faults) {
            super(String.join("; ", faults));
            this.faults = List.copyOf(faults);
        }

        List<String> faults() {
            return faults;
        }
    }
}
