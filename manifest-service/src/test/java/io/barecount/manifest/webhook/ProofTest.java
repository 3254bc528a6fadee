package io.barecount.manifest.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import io.barecount.contracts.manifest.Manifest.Signature;
import io.barecount.contracts.manifest.Manifest.SignatureEncoding;
import io.barecount.contracts.manifest.Manifest.SignatureScheme;
import io.barecount.manifest.webhook.Proof.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProofTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_790_000_000);
    private static final Signature GITHUB = new Signature(SignatureScheme.GITHUB, null, null, null, null, null, null);
    private static final Signature ALL_SIGNED = new Signature(
            SignatureScheme.HMAC,
            "X-Signature",
            "v1=",
            SignatureEncoding.HEX,
            "{id}.{timestamp}.{body}",
            "X-Id",
            "X-Time");

    private static Verdict verdict(
            Signature signature, byte[] body, Map<String, String> headers, Instant now, String... secrets) {
        var all = headers.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, header -> List.of(header.getValue())));
        return new Proof(signature, body, all).verdict(List.of(secrets), now);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The specification's own example; it was sent in 2021, and the library takes its own clock, so it is signed and not checked. */
    @Test
    void standardWebhooksExample() throws Exception {
        assertThat(new Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                        .sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330L, "{\"test\": 2432232314}"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    /** RFC 4231, those test cases whose key is text: 1, 2 and 4. Bodies are bytes, whatever they mean. */
    @ParameterizedTest
    @CsvSource({
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, 4869205468657265,"
                + " b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        "4a656665, 7768617420646f2079612077616e7420666f72206e6f7468696e673f,"
                + " 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "0102030405060708090a0b0c0d0e0f10111213141516171819,"
                + " cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd,"
                + " 82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    })
    void hmacSha256(String key, String data, String code) {
        var secret = new String(HexFormat.of().parseHex(key), StandardCharsets.UTF_8);
        var plain = new Signature(SignatureScheme.HMAC, "X-Sig", null, SignatureEncoding.HEX, null, "X-Id", null);

        assertThat(verdict(
                        plain, HexFormat.of().parseHex(data), Map.of("x-sig", code, "x-id", "1"), NOW, "other", secret))
                .isEqualTo(Verdict.GENUINE);
    }

    /** The example of GitHub's documentation. */
    @Test
    void gitHub() {
        var headers = Map.of(
                "x-hub-signature-256",
                "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
                "x-github-delivery",
                "72d3162e-cc78-11e3-81ab-4c9367dc0958");

        assertThat(verdict(GITHUB, bytes("Hello, World!"), headers, NOW, "It's a Secret to Everybody"))
                .isEqualTo(Verdict.GENUINE);
        assertThat(verdict(GITHUB, bytes("Hello, World"), headers, NOW, "It's a Secret to Everybody"))
                .isEqualTo(Verdict.FORGED);
        assertThat(verdict(GITHUB, bytes("Hello, World!"), headers, NOW)).isEqualTo(Verdict.NO_SECRET);
        var unnamed = Map.of("x-hub-signature-256", headers.get("x-hub-signature-256"));
        assertThat(verdict(GITHUB, bytes("Hello, World!"), unnamed, NOW, "It's a Secret to Everybody"))
                .isEqualTo(Verdict.FORGED);
    }

    @Test
    void noChangeOfABitIsTaken() throws Exception {
        var body = "{\"order\": 4711}";
        var sent = Instant.now();
        var standard = Map.of(
                "webhook-id", "msg_1",
                "webhook-timestamp", Long.toString(sent.getEpochSecond()),
                "webhook-signature",
                        new Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                                .sign("msg_1", sent.getEpochSecond(), body));
        noChangeOfABitIsTaken(null, body, standard, sent, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        var mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(bytes("s3cret"), "HmacSHA256"));
        var code = HexFormat.of().formatHex(mac.doFinal(bytes("d-1." + NOW.getEpochSecond() + "." + body)));
        var hmac = Map.of("X-Id", "d-1", "X-Time", Long.toString(NOW.getEpochSecond()), "X-Signature", "v1=" + code);
        noChangeOfABitIsTaken(ALL_SIGNED, body, hmac, NOW, "s3cret");
    }

    private static void noChangeOfABitIsTaken(
            Signature signature, String body, Map<String, String> headers, Instant now, String secret) {
        assertThat(verdict(signature, bytes(body), headers, now, secret)).isEqualTo(Verdict.GENUINE);
        for (var bit = 0; bit < bytes(body).length * 8; bit++) {
            assertThat(verdict(signature, flipped(bytes(body), bit), headers, now, secret))
                    .as("bit %d of the body", bit)
                    .isEqualTo(Verdict.FORGED);
        }
        for (var name : headers.keySet()) {
            for (var bit = 0; bit < bytes(headers.get(name)).length * 8; bit++) {
                var changed = new HashMap<>(headers);
                changed.put(name, new String(flipped(bytes(headers.get(name)), bit), StandardCharsets.ISO_8859_1));
                assertThat(verdict(signature, bytes(body), changed, now, secret))
                        .as("bit %d of %s", bit, name)
                        .isEqualTo(Verdict.FORGED);
            }
        }
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        var changed = bytes.clone();
        changed[bit / 8] ^= (byte) (1 << (bit % 8));
        return changed;
    }

    @Test
    void whatIsTooOldOrAheadIsForged() throws Exception {
        var mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(bytes("s3cret"), "HmacSHA256"));
        var code = HexFormat.of().formatHex(mac.doFinal(bytes("d-1." + NOW.getEpochSecond() + ".x")));
        var headers = Map.of("X-Id", "d-1", "X-Time", Long.toString(NOW.getEpochSecond()), "X-Signature", "v1=" + code);

        var beyond = Proof.TOLERANCE.plusSeconds(1);
        for (var off : List.of(Duration.ZERO, Proof.TOLERANCE, Proof.TOLERANCE.negated())) {
            assertThat(verdict(ALL_SIGNED, bytes("x"), headers, NOW.plus(off), "s3cret"))
                    .isEqualTo(Verdict.GENUINE);
        }
        for (var off : List.of(beyond, beyond.negated())) {
            assertThat(verdict(ALL_SIGNED, bytes("x"), headers, NOW.plus(off), "s3cret"))
                    .isEqualTo(Verdict.FORGED);
        }
    }
}
