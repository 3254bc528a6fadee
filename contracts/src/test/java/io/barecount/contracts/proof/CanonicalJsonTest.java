package io.barecount.contracts.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    /** RFC 8785, sections 3.2.2 to 3.2.4. */
    @Test
    void theSpecificationsExample() {
        var given = """
                {
                  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                  "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
                  "literals": [null, true, false]
                }
                """;

        assertThat(new String(CanonicalJson.bytes(Json.read(given, JsonNode.class)), StandardCharsets.UTF_8))
                .isEqualTo("{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                        + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    }

    @Test
    void bytesAreReadAsJsonNotWrittenAsAValue() {
        assertThat(CanonicalJson.bytes("{ \"b\": 1.0, \"a\": 2 }".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("{\"a\":2,\"b\":1}".getBytes(StandardCharsets.UTF_8));
    }

    /** RFC 8785, section 3.2.3. */
    @Test
    void keysAreOrderedByUtf16CodeUnits() {
        var given = "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}";

        assertThat(new String(CanonicalJson.bytes(Json.read(given, JsonNode.class)), StandardCharsets.UTF_8))
                .isEqualTo("{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"\ud83d\ude00\":5,\"\ufb33\":3}");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void agreesWithTheReferenceLibrary(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        for (var i = 0; i < 300; i++) {
            var tree = any(random, 4);
            var reference = new JsonCanonicalizer("[" + tree + "]").getEncodedUTF8();

            assertThat(CanonicalJson.bytes(JsonNodeFactory.instance.arrayNode().add(tree)))
                    .isEqualTo(reference);
        }
    }

    private static JsonNode any(SplittableRandom random, int depth) {
        var nodes = JsonNodeFactory.instance;
        return switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0 -> nodes.numberNode(random.nextLong(-(1L << 53) + 1, 1L << 53));
            case 1 -> nodes.numberNode(random.nextDouble() * Math.pow(10, random.nextInt(-30, 30)));
            case 2 -> nodes.booleanNode(random.nextBoolean());
            case 3 -> nodes.nullNode();
            case 4 -> nodes.textNode(text(random));
            case 5 -> {
                var array = nodes.arrayNode();
                for (var i = random.nextInt(4); i > 0; i--) {
                    array.add(any(random, depth - 1));
                }
                yield array;
            }
            default -> {
                var object = nodes.objectNode();
                for (var i = random.nextInt(5); i > 0; i--) {
                    object.set(text(random), any(random, depth - 1));
                }
                yield object;
            }
        };
    }

    private static String text(SplittableRandom random) {
        var text = new StringBuilder();
        for (var i = random.nextInt(8); i > 0; i--) {
            text.appendCodePoint(
                    random.nextInt(4) == 0 ? random.nextInt(0x10000, 0x10ffff) : random.nextInt(0, 0xd7ff));
        }
        return text.toString();
    }
}
