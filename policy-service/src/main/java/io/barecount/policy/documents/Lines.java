package io.barecount.policy.documents;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The line of a YAML text on which each field and each item of a list begins, by JSON pointer. */
final class Lines {
    private final Map<String, Integer> byPointer = new HashMap<>();

    private Lines() {}

    /** @throws IOException if it is no YAML */
    static Lines of(String yaml) throws IOException {
        var lines = new Lines();
        try (var parser = new YAMLFactory().createParser(yaml)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.END_OBJECT && token != JsonToken.END_ARRAY) {
                    lines.byPointer.putIfAbsent(
                            parser.getParsingContext().pathAsPointer().toString(),
                            parser.currentTokenLocation().getLineNr());
                }
            }
        }
        return lines;
    }

    /** Of what is there: for what is missing, of what it is missing from. */
    int at(String pointer) {
        for (var place = pointer; !place.isEmpty(); place = place.substring(0, place.lastIndexOf('/'))) {
            var line = byPointer.get(place);
            if (line != null) {
                return line;
            }
        }
        return 1;
    }
}
