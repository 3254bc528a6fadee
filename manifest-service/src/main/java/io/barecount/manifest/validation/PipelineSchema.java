package io.barecount.manifest.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Violation;
import io.barecount.manifest.source.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/** The published JSON Schema of a pipeline, and its errors told so that one can act on them. */
public final class PipelineSchema {
    private static final String TEXT = load();
    private static final JsonNode TREE = Json.read(TEXT, JsonNode.class);
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(TREE);
    private static final int NEAR = 3;

    private PipelineSchema() {}

    /** As it is published. */
    public static String text() {
        return TEXT;
    }

    private static String load() {
        try (var schema = Manifest.class.getResourceAsStream("pipeline-v1.schema.json")) {
            return new String(schema.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Violation> violations(Source source) {
        var errors = SCHEMA.validate(source.tree());
        var found = new ArrayList<Violation>();
        for (var error : errors) {
            if (!isEcho(error)) {
                found.add(violation(error, source));
            }
        }
        found.sort(Comparator.comparing(Violation::line).thenComparing(Violation::pointer));
        return List.copyOf(new java.util.LinkedHashSet<>(found));
    }

    /** The parts of a condition repeat what its whole says. */
    private static boolean isEcho(Error error) {
        return "if".equals(error.getKeyword()) || "allOf".equals(error.getKeyword());
    }

    private static Violation violation(Error error, Source source) {
        var pointer = error.getInstanceLocation().toString();
        var value = source.tree().at(pointer);
        return switch (error.getKeyword()) {
            case "additionalProperties" -> unknownField(pointer, error.getProperty(), source);
            case "required" -> {
                var field = error.getProperty();
                yield at(
                        source,
                        "missing-field",
                        pointer + "/" + field,
                        "the field " + field + " is missing",
                        describe(pointer + "/" + field));
            }
            case "not" ->
                at(
                        source,
                        "foreign-runner-block",
                        pointer,
                        "the runner is of type " + value.path("type").asText() + " and has settings of another type: "
                                + names(value),
                        "keep type, scaling and the block " + value.path("type").asText());
            case "enum", "const" ->
                at(
                        source,
                        "unknown-value",
                        pointer,
                        "found " + shown(value) + ", which is not allowed here",
                        "allowed: " + allowed(error.getSchemaNode(), value));
            case "pattern" ->
                at(
                        source,
                        "malformed-value",
                        pointer,
                        "found " + shown(value) + ", which does not have the required form",
                        describe(pointer));
            case "type" -> at(source, "wrong-type", pointer, error.getMessage(), describe(pointer));
            case "minimum", "maximum" ->
                at(source, "out-of-range", pointer, error.getMessage() + ", found " + shown(value), describe(pointer));
            default ->
                at(
                        source,
                        "schema-" + error.getKeyword().toLowerCase(java.util.Locale.ROOT),
                        pointer,
                        error.getMessage(),
                        describe(pointer));
        };
    }

    private static Violation unknownField(String parent, String field, Source source) {
        var known = new TreeSet<String>();
        schemaAt(parent).path("properties").fieldNames().forEachRemaining(known::add);
        var nearest = known.stream()
                .min(Comparator.comparingInt(name -> distance(name, field)))
                .filter(name -> distance(name, field) <= NEAR);
        var pointer = parent + "/" + field.replace("~", "~0").replace("/", "~1");
        return at(
                source,
                "unknown-field",
                pointer,
                "there is no field " + field + " here",
                nearest.map(name -> "did you mean " + name + "?").orElse("allowed: " + String.join(", ", known)));
    }

    private static Violation at(Source source, String code, String pointer, String message, String hint) {
        var position = source.position(pointer);
        return new Violation(code, pointer, position.line(), position.column(), message, hint);
    }

    private static String describe(String pointer) {
        var schema = schemaAt(pointer);
        if (schema.has("description")) {
            return schema.get("description").asText();
        }
        return schema.has("enum")
                ? "allowed: " + allowed(schema.get("enum"), null)
                : "see the published schema at " + pointer;
    }

    private static String allowed(JsonNode schema, JsonNode found) {
        var values = schema.isArray() ? schema : schema.has("enum") ? schema.get("enum") : schema.path("const");
        if (!values.isArray()) {
            return values.isMissingNode() ? "see the published schema" : values.asText();
        }
        var options = StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(values.elements(), Spliterator.ORDERED), false)
                .map(JsonNode::asText)
                .toList();
        return String.join(", ", options)
                + (found == null
                        ? ""
                        : options.stream()
                                .filter(option -> distance(option, found.asText()) <= 2)
                                .findFirst()
                                .map(option -> "; did you mean " + option + "?")
                                .orElse(""));
    }

    /** Follows the schema along a value's pointer. */
    private static JsonNode schemaAt(String pointer) {
        var schema = TREE;
        for (var segment :
                pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/")) {
            schema = resolve(
                    schema.has("items")
                            ? schema.get("items")
                            : schema.path("properties").path(segment));
        }
        return schema;
    }

    private static JsonNode resolve(JsonNode schema) {
        return schema.has("$ref") ? TREE.at(schema.get("$ref").asText().substring(1)) : schema;
    }

    private static String names(JsonNode object) {
        var names = new ArrayList<String>();
        object.fieldNames().forEachRemaining(names::add);
        return String.join(", ", names);
    }

    /** Short, and never a secret in full. */
    private static String shown(JsonNode value) {
        var text = value.isContainerNode() ? "a " + value.getNodeType() : value.asText();
        return text.length() <= 60 && !SecretLookalikes.isLikely(text)
                ? text
                : "a text of " + text.length() + " characters";
    }

    /** Levenshtein's distance: edits of one character that turn one word into the other. */
    private static int distance(String one, String other) {
        var row = new int[other.length() + 1];
        for (var j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (var i = 1; i <= one.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j < row.length; j++) {
                var substituted = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
