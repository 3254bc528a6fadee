package io.barecount.contracts.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One value that differs between two manifests.
 *
 * @param path JSON pointer
 * @param before null if there was none
 * @param after null if there is none
 */
public record Change(String path, JsonNode before, JsonNode after) {
    /** All of them: first those of what was there before, in its order, then what is new. Items of lists are compared by their place. */
    public static List<Change> between(Manifest before, Manifest after) {
        var old = Leaves.of(Json.tree(before));
        var now = Leaves.of(Json.tree(after));
        return Stream.concat(old.keySet().stream(), now.keySet().stream().filter(path -> !old.containsKey(path)))
                .filter(path -> !Objects.equals(old.get(path), now.get(path)))
                .map(path -> new Change(path, old.get(path), now.get(path)))
                .toList();
    }

    /** What it is about, as manifests divide it: {@code runner}, {@code network}, {@code cost}, {@code triggers}, ... */
    public String part() {
        var tokens = path.split("/", 4);
        return tokens.length > 2 && tokens[1].equals("spec") ? tokens[2] : tokens.length > 1 ? tokens[1] : "";
    }
}
