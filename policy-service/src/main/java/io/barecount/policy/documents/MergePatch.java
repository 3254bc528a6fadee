package io.barecount.policy.documents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.event.Json;

/** JSON Merge Patch, RFC 7396: fields are put in one by one, null takes one away, and a list is put in as a whole. */
final class MergePatch {
    private MergePatch() {}

    /** @param patch null for none */
    static JsonNode apply(JsonNode target, JsonNode patch) {
        if (patch == null) {
            return target;
        }
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode patched = target instanceof ObjectNode object
                ? object.deepCopy()
                : Json.mapper().createObjectNode();
        patch.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                patched.remove(field.getKey());
            } else {
                patched.set(field.getKey(), apply(patched.path(field.getKey()), field.getValue()));
            }
        });
        return patched;
    }
}
