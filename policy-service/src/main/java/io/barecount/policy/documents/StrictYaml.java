package io.barecount.policy.documents;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

    private final Flaws flaws;

    private StrictYaml(Flaws flaws) {
        this.flaws = flaws;
    }

    /** @param flaws of this document, which what is found later belongs to as well */
    record Read<T>(T document, Flaws flaws) {}

    /** Empty if anything is wrong: then it is among the faults. */
    static <T> Optional<Read<T>> read(String file, String yaml, Class<T> type, List<String> faults) {
        JsonNode tree;
        Lines lines;
        try {
            tree = YAML.readTree(yaml);
            lines = Lines.of(yaml);
        } catch (JsonProcessingException e) {
            var at = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            var reason = e instanceof MismatchedInputException
                    ? "one document a file is wanted, and here a second one begins"
                    : e.getOriginalMessage().replaceAll("\\s+", " ");
            faults.add(file + ":" + at + ": " + reason);
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var flaws = new Flaws(file, lines, faults);
        new StrictYaml(flaws).value(tree, type, "");
        return flaws.any() ? Optional.empty() : Optional.of(new Read<>(Json.fromTree(tree, type), flaws));
    }

    private void value(JsonNode node, Type type, String pointer) {
        if (type == JsonNode.class) {
            if (!node.isObject()) {
                flaws.add(pointer, "fields are wanted, found " + node.getNodeType());
            }
        } else if (type instanceof ParameterizedType list) {
            if (!node.isArray()) {
                flaws.add(pointer, "a list is wanted, found " + node.getNodeType());
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
            flaws.add(pointer, "fields are wanted, found " + node.getNodeType());
            return;
        }
        var components = type.getRecordComponents();
        var allowed = Arrays.stream(components).map(RecordComponent::getName).toList();
        node.fieldNames().forEachRemaining(name -> {
            if (!allowed.contains(name)) {
                flaws.add(pointer + "/" + name, "unknown field, allowed are " + String.join(", ", allowed));
            }
        });
        for (var component : components) {
            var below = pointer + "/" + component.getName();
            var found = node.path(component.getName());
            if (!found.isMissingNode() && !found.isNull()) {
                value(found, component.getGenericType(), below);
            } else if (!component.isAnnotationPresent(Dispensable.class)) {
                flaws.add(below, "missing");
            }
        }
    }

    private void scalar(JsonNode node, Class<?> type, String pointer) {
        if (!node.isValueNode() || node.isNull()) {
            flaws.add(pointer, "a single value is wanted, found " + node.getNodeType());
            return;
        }
        if (type == String.class && !node.isTextual()) {
            flaws.add(pointer, "text is wanted, found " + node + ": put it in quotes");
            return;
        }
        if (node.asText().isBlank()) {
            flaws.add(pointer, "empty");
            return;
        }
        try {
            Json.fromTree(node, type);
        } catch (IllegalArgumentException e) {
            flaws.add(
                    pointer,
                    type.isEnum()
                            ? "found " + node + ", allowed are "
                                    + Arrays.stream(type.getEnumConstants())
                                            .map(constant -> Json.tree(constant).asText())
                                            .collect(Collectors.joining(", "))
                            : "found " + node + ", which is no " + type.getSimpleName());
        }
    }
}
