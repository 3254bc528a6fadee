package io.barecount.manifest.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Leaves;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.manifest.document.Spot;
import java.util.List;

/** What a manifest means, field by field, and where each value comes from. */
public final class Explanation {
    /**
     * @param path JSON pointer
     * @param from {@code written}, or {@code default} for what was filled in
     * @param line where it is written, from 1; 0 for a default
     */
    public record Field(String path, JsonNode value, String from, int line, int column) {}

    private Explanation() {}

    /**
     * @param manifest normalised
     * @param spot of the text that it was read from
     */
    public static List<Field> of(Manifest manifest, Spot spot) {
        return Leaves.of(Json.tree(manifest)).entrySet().stream()
                .map(leaf -> spot.find(leaf.getKey())
                        .map(place -> new Field(
                                leaf.getKey(),
                                leaf.getValue(),
                                "written",
                                place.named().line(),
                                place.named().column()))
                        .orElseGet(() -> new Field(leaf.getKey(), leaf.getValue(), "default", 0, 0)))
                .toList();
    }
}
