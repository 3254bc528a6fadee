package io.barecount.manifest.webhook;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.barecount.contracts.manifest.Manifest.Signature;
import io.barecount.contracts.manifest.Manifest.SignatureEncoding;
import io.barecount.contracts.manifest.Manifest.SignatureScheme;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks who a delivery is from, over its exact bytes and in a time that tells nothing of the secret. */
public final class Proof {
    /** How old a delivery may be that says when it was sent, and how far ahead a sender's clock. */
    static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final Signature STANDARD =
            new Signature(SignatureScheme.STANDARD, null, null, null, null, "webhook-id", null);
    private static final Signature GITHUB = new Signature(
            SignatureScheme.GITHUB,
            "X-Hub-Signature-256",
            "sha256=",
            SignatureEncoding.HEX,
            "{body}",
            "X-GitHub-Delivery",
            null);
    private static final int ID_CHARACTERS_MAX = 255;

    public enum Verdict {
        GENUINE,
        FORGED,
        /** The secret is not here, or is none. */
        NO_SECRET
    }

    private final Signature signature;
    private final byte[] body;
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /** @param declared by the hook; null for Standard Webhooks */
    public Proof(Signature declared, byte[] body, Map<String, List<String>> headers) {
        this.signature = declared == null
                ? STANDARD
                : switch (declared.scheme()) {
                    case STANDARD -> STANDARD;
                    case GITHUB -> GITHUB;
                    case HMAC -> declared;
                };
        this.body = body;
        this.headers.putAll(headers);
    }

    /** What names the delivery: the same for each repeat. Empty if it has no name, and then it is never genuine. */
    public Optional<String> id() {
        return header(signature.idHeader())
                .filter(id -> !id.isBlank() && id.length() <= ID_CHARACTERS_MAX)
                .filter(id -> id.chars().allMatch(c -> c > ' ' && c < 0x7F));
    }

    /** What has to be true of a delivery, for those who sent another. */
    public String demands() {
        return signature.scheme() == SignatureScheme.STANDARD
                ? "webhook-signature has to sign webhook-id, webhook-timestamp and the exact body with the hook's secret, at most five"
                        + " minutes ago."
                : signature.header() + " has to be '" + Objects.requireNonNullElse(signature.prefix(), "")
                        + "' and the HMAC-SHA256 ("
                        + signature.encoding().name().toLowerCase(Locale.ROOT) + ") of " + signs()
                        + " with the hook's secret, and " + signature.idHeader() + " has to name the delivery"
                        + (signature.timestampHeader() == null
                                ? "."
                                : "; " + signature.timestampHeader() + " has to be at most five minutes ago.");
    }

    /** @param secrets any of which may have signed: two while one takes the other's place */
    public Verdict verdict(List<String> secrets, Instant now) {
        var verdict = Verdict.NO_SECRET;
        for (var secret : secrets) {
            var by = signature.scheme() == SignatureScheme.STANDARD ? standard(secret) : hmac(secret, now);
            if (by == Verdict.GENUINE) {
                return by;
            }
            if (by == Verdict.FORGED) {
                verdict = by;
            }
        }
        return verdict;
    }

    private Verdict standard(String secret) {
        Webhook webhook;
        try {
            webhook = new Webhook(secret);
        } catch (EmptyWebhookSecretException | IllegalArgumentException e) {
            return Verdict.NO_SECRET;
        }
        try {
            webhook.verify(new String(body, StandardCharsets.UTF_8), headers);
            return Verdict.GENUINE;
        } catch (WebhookVerificationException | RuntimeException e) {
            return Verdict.FORGED;
        }
    }

    private Verdict hmac(String secret, Instant now) {
        var shown = header(signature.header());
        return shown.isPresent() && id().isPresent() && isInTime(now) && isEqual(expected(secret), shown.get())
                ? Verdict.GENUINE
                : Verdict.FORGED;
    }

    private boolean isInTime(Instant now) {
        if (signature.timestampHeader() == null) {
            return true;
        }
        return header(signature.timestampHeader())
                .filter(text -> text.matches("[0-9]{1,12}"))
                .map(Long::parseLong)
                .filter(second -> Math.abs(now.getEpochSecond() - second) <= TOLERANCE.toSeconds())
                .isPresent();
    }

    /** As texts: another spelling of the same signature, such as upper case, is another text. */
    private static boolean isEqual(String expected, String shown) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }

    private String expected(String secret) {
        var before = signs().replace("{body}", "")
                .replace("{id}", id().orElseThrow())
                .replace("{timestamp}", header(signature.timestampHeader()).orElse(""));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
            mac.update(before.getBytes(StandardCharsets.UTF_8));
            var code = mac.doFinal(body);
            return Objects.requireNonNullElse(signature.prefix(), "")
                    + switch (signature.encoding()) {
                        case HEX -> HexFormat.of().formatHex(code);
                        case BASE64 -> Base64.getEncoder().encodeToString(code);
                    };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA256", e);
        }
    }

    private String signs() {
        return Objects.requireNonNullElse(signature.signs(), "{body}");
    }

    /** The only value of a header; empty also if there are several. */
    private Optional<String> header(String name) {
        return name == null
                ? Optional.empty()
                : Optional.ofNullable(headers.get(name))
                        .filter(values -> values.size() == 1)
                        .map(List::getFirst);
    }
}
