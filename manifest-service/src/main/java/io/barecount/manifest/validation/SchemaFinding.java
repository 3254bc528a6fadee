package io.barecount.manifest.validation;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import io.barecount.manifest.document.Spot;
import io.barecount.manifest.document.Violations;
import io.barecount.manifest.redaction.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that a schema has against a value, in words for the manifest's author: what is wrong, what was found, what is allowed.
 *
 * @param ofField whether the place is a field's name, not its value
 */
record SchemaFinding(String code, String pointer, boolean ofField, String message, String hint) {

    void addTo(Violations violations, Spot root) {
        if (!violations.isAt(pointer)) {
            var spot = root.at(pointer);
            violations.add(code, pointer, ofField ? spot.named() : spot, message, hint);
        }
    }

    /** @param schemas the schemas' own trees by file name, where hints are found */
    static SchemaFinding of(Error error, Map<String, JsonNode> schemas) {
        var pointer = error.getInstanceLocation().toString();
        var name = pointer.substring(pointer.lastIndexOf('/') + 1);
        var found = new Found(pointer, name, error, schemas);
        return switch (error.getKeyword()) {
            case "additionalProperties" -> found.unknownField();
            case "required" -> found.missingField();
            case "false" -> found.settingsOfAnotherRunner();
            case "type" -> found.wrongType();
            case "enum", "const" -> found.notAllowed();
            case "pattern" ->
                found.value("bad-format", found.shown() + " does not have the form that is asked for here");
            case "minLength" -> found.value("too-short", "the text is too short");
            case "maxLength" ->
                found.value("too-long", "the text is too long: " + found.limit() + " characters are allowed");
            case "minimum" -> found.value("out-of-range", found.shown() + " is below " + found.limit());
            case "maximum" -> found.value("out-of-range", found.shown() + " is above " + found.limit());
            case "minItems" -> found.value("too-few", "the list needs at least " + found.limit() + " items");
            case "maxItems", "maxProperties" ->
                found.value("too-many", found.size() + " are given, at most " + found.limit() + " are allowed");
            case "uniqueItems" -> found.repeatedItem();
            case "propertyNames" -> found.badName();
            default -> found.value("not-valid", "the value breaks the schema's rule '" + error.getKeyword() + "'");
        };
    }

    /** An error with what is around it in the value and in the schema. */
    private record Found(String pointer, String name, Error error, Map<String, JsonNode> schemas) {

        SchemaFinding value(String code, String message) {
            return new SchemaFinding(code, pointer, false, message, description());
        }

        SchemaFinding unknownField() {
            var field = error.getProperty();
            var allowed = names(schemaAround().path("properties"));
            var nearest = Spelling.nearest(field, allowed);
            return new SchemaFinding(
                    "unknown-field",
                    pointer + "/" + escaped(field),
                    true,
                    "there is no field " + Quoted.text(field) + " here",
                    (nearest.isPresent() ? "did you mean '" + nearest.get() + "'? " : "") + "Allowed: "
                            + String.join(", ", allowed));
        }

        SchemaFinding missingField() {
            var field = error.getProperty();
            var meaning =
                    schemaOf(schemaAround().path("properties").path(field)).path("description");
            var isRunnerBlock = error.getEvaluationPath().toString().contains("/then/");
            return new SchemaFinding(
                    "missing-field",
                    pointer + "/" + escaped(field),
                    false,
                    isRunnerBlock
                            ? "a runner of type " + field + " needs its settings, the field '" + field + "'"
                            : "the field '" + field + "' is missing",
                    meaning.isMissingNode() ? "add '" + field + "'" : "add '" + field + "': " + meaning.asText());
        }

        SchemaFinding settingsOfAnotherRunner() {
            return new SchemaFinding(
                    "other-runner",
                    pointer,
                    true,
                    "settings of the runner type '" + name + "', but another type is declared",
                    "remove '" + name + "', or change runner.type");
        }

        SchemaFinding wrongType() {
            var expected = error.getSchemaNode();
            var allowed = new ArrayList<String>();
            expected.elements().forEachRemaining(type -> allowed.add(type.asText()));
            if (expected.isTextual()) {
                allowed.add(expected.asText());
            }
            return value(
                    "wrong-type",
                    "expected " + String.join(" or ", allowed) + ", found "
                            + (error.getInstanceNode().isValueNode()
                                            && !error.getInstanceNode().isNull()
                                    ? kind() + " " + shown()
                                    : kind()));
        }

        SchemaFinding notAllowed() {
            var allowed = new ArrayList<String>();
            if (error.getSchemaNode().isArray()) {
                error.getSchemaNode().forEach(value -> allowed.add(value.asText()));
            } else {
                allowed.add(error.getSchemaNode().asText());
            }
            var nearest = error.getInstanceNode().isTextual()
                    ? Spelling.nearest(error.getInstanceNode().asText(), allowed)
                    : Optional.<String>empty();
            return new SchemaFinding(
                    "not-allowed",
                    pointer,
                    false,
                    shown() + " is not allowed here",
                    (nearest.isPresent() ? "did you mean '" + nearest.get() + "'? " : "") + "Allowed: "
                            + String.join(", ", allowed));
        }

        SchemaFinding repeatedItem() {
            var seen = new HashSet<JsonNode>();
            var index = 0;
            for (var item : error.getInstanceNode()) {
                if (!seen.add(item)) {
                    break;
                }
                index++;
            }
            return new SchemaFinding(
                    "repeated-item",
                    pointer + "/" + index,
                    false,
                    "the item "
                            + Quoted.text(error.getInstanceNode().path(index).asText())
                            + " stands in the list a second time",
                    "remove one of the two");
        }

        SchemaFinding badName() {
            var field = error.getProperty();
            return new SchemaFinding(
                    "bad-name",
                    pointer + "/" + escaped(field),
                    true,
                    "the name " + Quoted.text(field) + " does not have the form that is asked for here",
                    description());
        }

        /** The value, as far as it may be shown. */
        String shown() {
            var node = error.getInstanceNode();
            return node.isValueNode() ? Quoted.value(name, node.asText()) : kind();
        }

        String limit() {
            return error.getSchemaNode().asText();
        }

        int size() {
            return error.getInstanceNode().size();
        }

        private String kind() {
            return switch (error.getInstanceNode().getNodeType()) {
                case OBJECT, POJO -> "an object";
                case ARRAY -> "a list";
                case STRING, BINARY -> "a string";
                case NUMBER -> "a number";
                case BOOLEAN -> "a boolean";
                case NULL, MISSING -> "nothing";
            };
        }

        private String description() {
            return schemaAround()
                    .path("description")
                    .asText("see the schema: GET /schemas/" + PublishedSchema.PIPELINE);
        }

        /** The schema that the broken keyword stands in; for a condition's keyword, the one around the condition. */
        private JsonNode schemaAround() {
            var location = error.getSchemaLocation();
            var iri = location.getAbsoluteIri().toString();
            var fragment = location.getFragment().toString();
            var parent = fragment.substring(0, fragment.lastIndexOf('/'));
            var condition = parent.indexOf("/allOf/");
            return schemas.get(iri.substring(iri.lastIndexOf('/') + 1))
                    .at(JsonPointer.compile(condition < 0 ? parent : parent.substring(0, condition)));
        }

        private JsonNode schemaOf(JsonNode declared) {
            var reference = declared.path("$ref").asText("");
            return !declared.has("description") && reference.startsWith("#")
                    ? schemas.get(PublishedSchema.PIPELINE).at(reference.substring(1))
                    : declared;
        }

        private static List<String> names(JsonNode properties) {
            var names = new ArrayList<String>();
            properties.fieldNames().forEachRemaining(names::add);
            return names;
        }

        private static String escaped(String field) {
            return field.replace("~", "~0").replace("/", "~1");
        }
    }
}
