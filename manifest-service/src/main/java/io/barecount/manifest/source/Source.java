package io.barecount.manifest.source;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A document as it was read.
 *
 * @param positions where each value begins, by its JSON pointer; not of every value if it was written as JSON
 */
public record Source(JsonNode tree, Map<String, Position> positions) {
    /** From 1; both are 0 where nothing is known. */
    public record Position(int line, int column) {
        public static final Position UNKNOWN = new Position(0, 0);
    }

    /** Of the value, or else of the nearest one around it. */
    public Position position(String pointer) {
        for (var at = pointer; ; at = at.substring(0, at.lastIndexOf('/'))) {
            var position = positions.get(at);
            if (position != null) {
                return position;
            }
            if (at.lastIndexOf('/') < 0) {
                return Position.UNKNOWN;
            }
        }
    }
}
