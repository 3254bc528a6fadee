package io.barecount.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a JSON Schema allowed and its successor does not: properties that are gone, types, enum values, bounds and forms that are narrower,
 * fields that have to be there since. Written for both directions of a topic: what is gone breaks whoever reads, what is narrower breaks
 * whoever writes. Anything else that a schema asks for, and that was added or changed, counts as narrower, too.
 */
final class SchemaBreaks {
    private static final Set<String> LOWER_BOUNDS =
            Set.of("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains");
    private static final Set<String> UPPER_BOUNDS =
            Set.of("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains");

    /** They say what is meant, and ask for nothing. */
    private static final Set<String> REMARKS = Set.of(
            "$schema",
            "$id",
            "$comment",
            "$defs",
            "$anchor",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly",
            "markdownDescription",
            "x-intellij-html-description",
            "errorMessage");

    private static final Set<String> BY_NAME = Set.of("properties", "patternProperties", "dependentSchemas");
    private static final Set<String> SCHEMAS = Set.of(
            "items",
            "additionalProperties",
            "unevaluatedProperties",
            "propertyNames",
            "contains",
            "not",
            "if",
            "then",
            "else");
    private static final Set<String> LISTS = Set.of("allOf", "anyOf", "oneOf", "prefixItems");

    private final JsonNode beforeRoot;
    private final JsonNode afterRoot;
    private final List<String> found = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    private SchemaBreaks(JsonNode beforeRoot, JsonNode afterRoot) {
        this.beforeRoot = beforeRoot;
        this.afterRoot = afterRoot;
    }

    /**
     * Each as one line that begins with its place, in the order of the older one.
     *
     * @param beforeRoot and {@code afterRoot}: documents that references are resolved in
     */
    static List<String> between(
            String place, JsonNode before, JsonNode beforeRoot, JsonNode after, JsonNode afterRoot) {
        var breaks = new SchemaBreaks(beforeRoot, afterRoot);
        breaks.compare(place, before, after);
        return breaks.found;
    }

    static List<String> between(String place, JsonNode before, JsonNode after) {
        return between(place, before, before, after, after);
    }

    private void compare(String place, JsonNode beforeAsWritten, JsonNode afterAsWritten) {
        var before = resolved(beforeAsWritten, beforeRoot);
        var after = resolved(afterAsWritten, afterRoot);
        var pair = reference(beforeAsWritten) + " " + reference(afterAsWritten);
        if (!pair.isBlank() && !seen.add(pair)) {
            return;
        }
        if (before.isBoolean() || after.isBoolean()) {
            if (!before.equals(after) && !(after.isBoolean() && after.asBoolean())) {
                say(place, "was " + shown(before) + ", is " + shown(after));
            }
            return;
        }
        var keywords = new TreeSet<String>();
        before.fieldNames().forEachRemaining(keywords::add);
        after.fieldNames().forEachRemaining(keywords::add);
        keywords.remove("$ref");
        keywords.removeAll(REMARKS);
        for (var keyword : keywords) {
            compare(place, keyword, before.path(keyword), after.path(keyword));
        }
    }

    private void compare(String place, String keyword, JsonNode before, JsonNode after) {
        if (before.equals(after)
                && !BY_NAME.contains(keyword)
                && !SCHEMAS.contains(keyword)
                && !LISTS.contains(keyword)) {
            return;
        }
        if (BY_NAME.contains(keyword)) {
            compareNames(place, keyword, before, after);
        } else if (SCHEMAS.contains(keyword)) {
            compareSchemas(place, keyword, before, after);
        } else if (LISTS.contains(keyword)) {
            compareLists(place, keyword, before, after);
        } else if (keyword.equals("required")) {
            texts(after).stream()
                    .filter(name -> !texts(before).contains(name))
                    .forEach(name -> say(place + "/" + name, "has to be there now"));
        } else if (keyword.equals("enum")) {
            compareEnums(place, before, after);
        } else if (keyword.equals("type")) {
            compareTypes(place, before, after);
        } else if (LOWER_BOUNDS.contains(keyword) || UPPER_BOUNDS.contains(keyword)) {
            compareBounds(place, keyword, before, after);
        } else if (!after.isMissingNode()) {
            say(place, keyword + " was " + shown(before) + ", is " + shown(after));
        }
    }

    private void compareNames(String place, String keyword, JsonNode before, JsonNode after) {
        before.properties().forEach(property -> {
            var name = property.getKey();
            var at = keyword.equals("properties") ? place + "/" + name : place + "/" + keyword + "/" + name;
            if (after.has(name)) {
                compare(at, property.getValue(), after.get(name));
            } else {
                say(at, "is gone");
            }
        });
    }

    private void compareSchemas(String place, String keyword, JsonNode before, JsonNode after) {
        if (before.isMissingNode() && after.isMissingNode() || after.isMissingNode()) {
            return;
        }
        if (before.isMissingNode()) {
            if (!after.equals(Map.of()) && !(after.isBoolean() && after.asBoolean()) && !after.isEmpty()
                    || after.isBoolean() && !after.asBoolean()) {
                say(place, keyword + " is asked for now: " + shown(after));
            }
            return;
        }
        if (keyword.equals("not") || keyword.equals("if")) {
            if (!before.equals(after)) {
                say(place, keyword + " was " + shown(before) + ", is " + shown(after));
            }
            return;
        }
        compare(keyword.equals("items") ? place + "/*" : place + "/" + keyword, before, after);
    }

    private void compareLists(String place, String keyword, JsonNode before, JsonNode after) {
        var common = Math.min(before.size(), after.size());
        for (var i = 0; i < common; i++) {
            compare(place + "/" + keyword + "/" + i, before.get(i), after.get(i));
        }
        var narrows = keyword.equals("allOf") || keyword.equals("prefixItems");
        for (var i = common; i < before.size() && !narrows; i++) {
            say(place + "/" + keyword + "/" + i, "is gone: " + shown(before.get(i)));
        }
        for (var i = common; i < after.size() && narrows; i++) {
            say(place + "/" + keyword + "/" + i, "is asked for now: " + shown(after.get(i)));
        }
    }

    private void compareEnums(String place, JsonNode before, JsonNode after) {
        if (after.isMissingNode()) {
            return;
        }
        if (before.isMissingNode()) {
            say(place, "takes only these now: " + shown(after));
            return;
        }
        before.forEach(value -> {
            for (var other : after) {
                if (other.equals(value)) {
                    return;
                }
            }
            say(place, "the value " + shown(value) + " is gone");
        });
    }

    private void compareTypes(String place, JsonNode before, JsonNode after) {
        if (after.isMissingNode()) {
            return;
        }
        var now = before.isMissingNode() ? Set.<String>of() : types(after);
        var wider = before.isMissingNode() ? List.of("any") : List.copyOf(types(before));
        if (before.isMissingNode() || !now.containsAll(types(before))) {
            say(place, "its type was " + String.join(" or ", wider) + ", is " + shown(after));
        }
    }

    private void compareBounds(String place, String keyword, JsonNode before, JsonNode after) {
        if (after.isMissingNode()) {
            return;
        }
        var isLower = LOWER_BOUNDS.contains(keyword);
        if (before.isMissingNode()
                || (isLower ? after.asDouble() > before.asDouble() : after.asDouble() < before.asDouble())) {
            say(
                    place,
                    keyword + " was " + (before.isMissingNode() ? "none" : before.asText()) + ", is " + after.asText());
        }
    }

    private static Set<String> types(JsonNode type) {
        var types = type.isArray() ? texts(type) : new TreeSet<>(Set.of(type.asText()));
        if (types.contains("number")) {
            types.add("integer");
        }
        return types;
    }

    private static Set<String> texts(JsonNode list) {
        var texts = new TreeSet<String>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static String reference(JsonNode schema) {
        return schema.path("$ref").asText("");
    }

    /** What a reference stands for, with what stands beside it. */
    private static JsonNode resolved(JsonNode schema, JsonNode root) {
        var reference = reference(schema);
        if (!reference.startsWith("#")) {
            return schema;
        }
        var target = root.at(reference.substring(1));
        if (target.isMissingNode()) {
            throw new IllegalArgumentException("the schema refers to " + reference + ", which is not there");
        }
        if (schema.size() == 1) {
            return resolved(target, root);
        }
        var both = resolved(target, root).deepCopy();
        schema.properties().stream()
                .filter(field -> !field.getKey().equals("$ref"))
                .forEach(field ->
                        ((com.fasterxml.jackson.databind.node.ObjectNode) both).set(field.getKey(), field.getValue()));
        return both;
    }

    private static String shown(JsonNode value) {
        var text = value.isMissingNode() ? "nothing" : value.toString();
        return text.length() > 120 ? text.substring(0, 117) + "..." : text;
    }

    private void say(String place, String what) {
        found.add(place + ": " + what);
    }
}
