package io.barecount.manifest.redaction;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds values that look like secrets. It errs on both sides: a short random word passes, and what is refused may be harmless; a
 * reference to a secret ({@code file:}, {@code secretsmanager:}, {@code vault:}) never is one.
 */
public final class SecretLookalikes {
    /** @param mark literal that the pattern can't match without: looking for it first is what makes a clean text cheap */
    private record Shape(String mark, Pattern pattern, String name) {
        boolean isIn(String text) {
            return text.contains(mark) && pattern.matcher(text).find();
        }
    }

    /** Every repetition is bounded: these are matched against texts that are made to take long. */
    private static final List<Shape> SHAPES = List.of(
            shape("PRIVATE KEY", "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY", "a private key"),
            shape("AKIA", "\\bAKIA[0-9A-Z]{16}\\b", "an AWS access key"),
            shape("ASIA", "\\bASIA[0-9A-Z]{16}\\b", "an AWS access key"),
            shape("whsec_", "whsec_[A-Za-z0-9+/=]{12}", "a webhook's signing secret"),
            shape("ghp_", "\\bghp_[A-Za-z0-9]{20}", "a GitHub token"),
            shape("gho_", "\\bgho_[A-Za-z0-9]{20}", "a GitHub token"),
            shape("ghs_", "\\bghs_[A-Za-z0-9]{20}", "a GitHub token"),
            shape("github_pat_", "github_pat_[A-Za-z0-9_]{20}", "a GitHub token"),
            shape("glpat-", "\\bglpat-[A-Za-z0-9_-]{20}", "a GitLab token"),
            shape("xox", "\\bxox[abprs]-[A-Za-z0-9-]{10}", "a Slack token"),
            shape("sk_live_", "\\bsk_live_[A-Za-z0-9]{16}", "a payment provider's key"),
            shape("AIza", "\\bAIza[0-9A-Za-z_-]{35}", "a Google API key"),
            shape("eyJ", "\\beyJ[A-Za-z0-9_-]{10,400}[.]eyJ[A-Za-z0-9_-]{10,400}", "a signed token (JWT)"),
            shape("://", "[a-z][a-z0-9+.-]{0,20}://[^/\\s:@]{1,256}:[^/\\s@]{1,256}@", "a password inside a URL"),
            shape(
                    "=",
                    "(?i)[?&;](password|passwd|pwd|secret|token|sig|access_?key)=[^&;\\s]",
                    "a password inside a URL"));

    private static final Pattern REFERENCE =
            Pattern.compile("(file|secretsmanager|vault|ssm|arn):[A-Za-z0-9/_+=.@:#-]{1,512}");
    private static final Pattern PASSWORD_NAME = Pattern.compile("(?i).*(password|passwd|pwd|passphrase)");
    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i)(.*(password|passwd|pwd|passphrase|secret|token|credential)s?([^a-z].*)?"
                    + "|.*(api|access|private|secret)[-_.]?key)");
    /** No name matches without one of these: looking for them first is what makes an ordinary name cheap. */
    private static final List<String> SECRET_WORDS = List.of("pass", "pwd", "secret", "token", "credential", "key");

    private static final int TOKEN_LENGTH = 16;
    private static final double TOKEN_BITS_PER_CHARACTER = 3.0;

    private SecretLookalikes() {}

    private static Shape shape(String mark, String pattern, String name) {
        return new Shape(mark, Pattern.compile(pattern), name);
    }

    /** What a known form of secret in this text is called; found wherever it stands in the text. */
    public static Optional<String> inText(String text) {
        for (var shape : SHAPES) {
            if (shape.isIn(text)) {
                return Optional.of(shape.name());
            }
        }
        return Optional.empty();
    }

    /** As {@link #inText}, and also what only its name gives away, such as a parameter {@code db-password}. */
    public static Optional<String> inField(String name, String value) {
        var known = inText(value);
        if (known.isPresent() || !isSecretName(name) || isReference(value)) {
            return known;
        }
        if (PASSWORD_NAME.matcher(name).matches() && !value.isBlank()) {
            return Optional.of("a password");
        }
        return looksRandom(value) ? Optional.of("a secret token") : Optional.empty();
    }

    /** Whether it says where a secret is, not what it is. */
    public static boolean isReference(String value) {
        return REFERENCE.matcher(value).matches();
    }

    /** Whether a field's name says that its value is a secret. */
    public static boolean isSecretName(String name) {
        var lowerCase = name.toLowerCase(Locale.ROOT);
        return SECRET_WORDS.stream().anyMatch(lowerCase::contains)
                && SECRET_NAME.matcher(name).matches();
    }

    private static boolean looksRandom(String value) {
        if (value.length() < TOKEN_LENGTH || value.chars().anyMatch(Character::isWhitespace)) {
            return false;
        }
        var digits = value.chars().filter(Character::isDigit).count();
        return digits > 0 && digits < value.length() && bitsPerCharacter(value) >= TOKEN_BITS_PER_CHARACTER;
    }

    /** Shannon's entropy of the text's characters. */
    private static double bitsPerCharacter(String text) {
        var counts = new HashMap<Integer, Integer>();
        text.toLowerCase(Locale.ROOT).chars().forEach(c -> counts.merge(c, 1, Integer::sum));
        return counts.values().stream()
                .mapToDouble(count -> (double) count / text.length())
                .map(share -> -share * Math.log(share) / Math.log(2))
                .sum();
    }
}
