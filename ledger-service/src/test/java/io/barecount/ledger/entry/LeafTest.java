package io.barecount.ledger.entry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.proof.CanonicalJson;
import io.barecount.contracts.proof.Digest;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeafTest {
    @Test
    void aRecordIsWrittenWithItsPlaceInCanonicalForm() {
        var leaf = leaf(
                "run-1",
                "{ \"b\": 1.0, \"a\": \"\\u00e9\" }",
                new Arrival.Header("z", bytes("1")),
                new Arrival.Header("a", bytes("2")));

        assertThat(text(leaf))
                .isEqualTo(
                        "{\"data\":{\"a\":\"é\",\"b\":1},\"headers\":{\"a\":\"2\",\"z\":\"1\"},\"key\":\"run-1\",\"offset\":7,"
                                + "\"partition\":2,\"topic\":\"barecount.runs\"}");
        assertThat(leaf.payload()).isNull();
        assertThat(CanonicalJson.bytes(leaf.bytes())).isEqualTo(leaf.bytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3",
                "\"text\"",
                "null",
                "true",
                "[]",
                "[1,{\"x\":[]}]",
                " {} ",
                "-0",
                "1e3",
                "0.1",
                "9007199254740992"
            })
    void anyJsonValueIsData(String value) {
        assertThat(text(leaf(null, value))).startsWith("{\"data\":").contains("\"key\":null");
    }

    /** No JSON, more than one value, or what RFC 8785 would write as something else. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nonsense",
                "{",
                "{}{}",
                "1,\"topic\":\"forged\"",
                "{\"a\":1,\"a\":2}",
                "9007199254740993",
                "0.12345678901234567890",
                "1e400",
                "\"\\ud800\"",
                "\uFEFF{}",
                "NaN",
                "{'a':1}",
                "/*c*/{}"
            })
    void anythingElseIsNamedByItsDigestAndKeptBeside(String value) {
        var leaf = leaf("k", value);

        assertThat(text(leaf))
                .contains(
                        "\"raw\":{\"sha256\":\"" + Digest.of(value).hex() + "\",\"size\":" + bytes(value).length + "}")
                .doesNotContain("\"data\"");
        assertThat(leaf.payload()).isEqualTo(bytes(value));
    }

    @Test
    void aRecordWithoutValueHasNone() {
        var leaf = Leaf.of(arrival(null, null));

        assertThat(text(leaf)).contains("\"raw\":null");
        assertThat(leaf.payload()).isNull();
    }

    @Test
    void nestingWithoutEndIsNotFollowed() {
        assertThat(text(leaf("k", "[".repeat(200_000)))).contains("\"raw\":");
        assertThat(text(leaf("k", "[".repeat(30_000) + "]".repeat(30_000)))).contains("\"raw\":");
    }

    @Test
    void bytesThatAreNoTextAreWrittenAsBase64() {
        var leaf = Leaf.of(new Arrival(
                "barecount.runs",
                0,
                0,
                Instant.EPOCH,
                new byte[] {(byte) 0xff},
                List.of(new Arrival.Header("h", new byte[] {(byte) 0xfe}), new Arrival.Header("n", null)),
                new byte[] {'"', (byte) 0xc3, '"'}));

        assertThat(text(leaf))
                .contains("\"key\":{\"base64\":\"/w==\"}", "\"h\":{\"base64\":\"/g==\"}", "\"n\":null", "\"raw\":{");
    }

    @Test
    void headersOfOneNameAreAllKept() {
        var leaf = leaf("k", "{}", new Arrival.Header("h", bytes("1")), new Arrival.Header("h", bytes("2")));

        assertThat(text(leaf)).contains("\"h\":[\"1\",\"2\"]");
    }

    @Test
    void theLongestLeafFitsABundleAndOneByteMoreIsNamedByItsDigest() {
        var empty = leaf("k", "\"\"").bytes().length;
        var longest = "\"" + "x".repeat(Leaf.BYTES_MAX - empty) + "\"";
        var tooLong = "\"" + "x".repeat(Leaf.BYTES_MAX - empty + 1) + "\"";

        assertThat(leaf("k", longest).bytes()).hasSize(Leaf.BYTES_MAX);
        assertThat(leaf("k", longest).payload()).isNull();
        assertThat(text(leaf("k", tooLong)))
                .contains("\"dataDigest\":{\"sha256\":\"" + Digest.of(tooLong).hex() + "\",\"size\":" + tooLong.length()
                        + "}");
        assertThat(leaf("k", tooLong).payload()).isEqualTo(bytes(tooLong));
    }

    @Test
    void evenAHugeHeaderLeavesALeafThatFits() {
        var leaf = leaf("k", "{\"a\":1}", new Arrival.Header("h", bytes("y".repeat(100_000))));

        assertThat(leaf.bytes().length).isLessThan(Leaf.BYTES_MAX);
        assertThat(text(leaf))
                .contains("\"recordDigest\":{\"sha256\":\""
                        + Digest.of(leaf.payload()).hex())
                .contains("\"offset\":7");
        assertThat(new String(leaf.payload(), UTF_8)).contains("\"value\":{\"base64\":\"eyJhIjoxfQ==\"}");
    }

    private static Leaf leaf(String key, String value, Arrival.Header... headers) {
        return Leaf.of(arrival(key, value, headers));
    }

    private static Arrival arrival(String key, String value, Arrival.Header... headers) {
        return new Arrival(
                "barecount.runs",
                2,
                7,
                Instant.EPOCH,
                key == null ? null : bytes(key),
                List.of(headers),
                value == null ? null : bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(Leaf leaf) {
        return new String(leaf.bytes(), UTF_8);
    }
}
