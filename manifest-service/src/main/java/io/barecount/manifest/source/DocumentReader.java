package io.barecount.manifest.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Reads YAML or JSON, whatever is hostile in it refused early: size, depth, duplicate keys, aliases, tags. */
public final class DocumentReader {
    /** Larger documents are refused unread. */
    public static final int SIZE_BYTES_MAX = 256 * 1024;

    static final int DEPTH_MAX = 20;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private DocumentReader() {}

    /** @throws Unreadable with the place, if the text is neither YAML nor JSON or is refused for its form */
    public static Source read(String text) {
        if (text.length() > SIZE_BYTES_MAX || text.getBytes(StandardCharsets.UTF_8).length > SIZE_BYTES_MAX) {
            throw new Unreadable(
                    "too-large",
                    "",
                    Source.Position.UNKNOWN,
                    "the document is larger than " + SIZE_BYTES_MAX + " bytes",
                    "refer to data instead of including it");
        }
        var start = text.stripLeading();
        return start.startsWith("{") || start.startsWith("[") ? readJson(text) : YamlReader.read(text);
    }

    private static Source readJson(String text) {
        try {
            return new Source(JSON.readTree(text), positionsOf(text));
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            var position = at == null ? Source.Position.UNKNOWN : new Source.Position(at.getLineNr(), at.getColumnNr());
            var duplicate =
                    e instanceof JsonParseException && e.getOriginalMessage().startsWith("Duplicate");
            throw new Unreadable(
                    duplicate ? "duplicate-field" : "malformed",
                    "",
                    position,
                    e.getOriginalMessage(),
                    duplicate ? "give each field once" : "send JSON or YAML");
        }
    }

    private static Map<String, Source.Position> positionsOf(String text) throws JsonProcessingException {
        var positions = new HashMap<String, Source.Position>();
        try (var parser = JSON.createParser(text)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.FIELD_NAME && !token.isStructEnd()) {
                    positions.put(pointer(parser), position(parser));
                }
            }
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
        return positions;
    }

    private static String pointer(JsonParser parser) {
        var context = parser.currentToken().isStructStart()
                ? parser.getParsingContext().getParent()
                : parser.getParsingContext();
        return JsonPointer.forPath(context, false).toString();
    }

    private static Source.Position position(JsonParser parser) {
        var at = parser.currentTokenLocation();
        return new Source.Position(at.getLineNr(), at.getColumnNr());
    }
}
