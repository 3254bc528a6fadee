package io.barecount.manifest.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Fills in what a valid manifest leaves out: first each {@code default} of the published schema, then those that follow from other
 * fields. Filling in twice changes nothing.
 */
final class Defaults {
    private static final int PARALLELISM = 4;

    /** What one place of the schema fills in below it. */
    private record Place(Map<String, JsonNode> values, Map<String, Place> fields, Place items) {
        boolean isEmpty() {
            return values.isEmpty() && fields.isEmpty() && items == null;
        }
    }

    private final Place root;

    Defaults() {
        var schema = PublishedSchema.tree(PublishedSchema.PIPELINE);
        root = place(schema, schema);
    }

    private static Place place(JsonNode schema, JsonNode declared) {
        var target =
                declared.has("$ref") ? schema.at(declared.get("$ref").asText().substring(1)) : declared;
        var values = new LinkedHashMap<String, JsonNode>();
        var fields = new LinkedHashMap<String, Place>();
        target.path("properties").properties().forEach(property -> {
            if (property.getValue().has("default")) {
                values.put(property.getKey(), property.getValue().get("default"));
            }
            var place = place(schema, property.getValue());
            if (!place.isEmpty()) {
                fields.put(property.getKey(), place);
            }
        });
        var items = target.has("items") ? place(schema, target.get("items")) : null;
        return new Place(values, fields, items == null || items.isEmpty() ? null : items);
    }

    /** Changes the tree, which has to be valid. */
    void fillIn(ObjectNode manifest) {
        var spec = manifest.withObject("spec");
        var declaredMax = spec.at("/runner/scaling/max");
        fillIn(manifest, root);
        if (spec.has("batch")) {
            var batch = spec.withObject("batch");
            if (!batch.has("parallelism")) {
                batch.put("parallelism", batch.path("ordered").asBoolean() ? 1 : declaredMax.asInt(PARALLELISM));
            }
        }
        if (declaredMax.isMissingNode()) {
            var scaling = spec.withObject("runner").withObject("scaling");
            var atOnce = spec.at("/batch/parallelism").asInt(1);
            scaling.put("max", Math.max(atOnce, scaling.get("min").asInt()));
        }
        var cost = spec.withObject("cost");
        if (!cost.has("expectedRuntime")) {
            var timeout = Duration.parse(spec.at("/execution/timeout").asText());
            cost.put("expectedRuntime", timeout.dividedBy(2).toString());
        }
    }

    private static void fillIn(JsonNode node, Place place) {
        if (node instanceof ObjectNode object) {
            place.values().forEach((field, value) -> {
                if (!object.has(field)) {
                    object.set(field, value.deepCopy());
                }
            });
            place.fields().forEach((field, below) -> fillIn(object.path(field), below));
        } else if (node instanceof ArrayNode array && place.items() != null) {
            array.forEach(item -> fillIn(item, place.items()));
        }
    }
}
