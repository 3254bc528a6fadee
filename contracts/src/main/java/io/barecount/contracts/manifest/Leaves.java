package io.barecount.contracts.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** A JSON tree as its values and where they stand. */
public final class Leaves {
    private Leaves() {}

    /** By JSON pointer, in the order of the tree; an empty object or list is a value too. */
    public static Map<String, JsonNode> of(JsonNode tree) {
        var leaves = new LinkedHashMap<String, JsonNode>();
        collect("", tree, leaves);
        return leaves;
    }

    private static void collect(String pointer, JsonNode node, Map<String, JsonNode> leaves) {
        if (node.isEmpty()) {
            if (!node.isNull()) {
                leaves.put(pointer, node);
            }
        } else if (node.isObject()) {
            node.properties()
                    .forEach(field -> collect(
                            pointer + "/" + field.getKey().replace("~", "~0").replace("/", "~1"),
                            field.getValue(),
                            leaves));
        } else {
            for (var i = 0; i < node.size(); i++) {
                collect(pointer + "/" + i, node.get(i), leaves);
            }
        }
    }
}
