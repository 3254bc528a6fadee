package io.barecount.manifest.validation;

import java.util.regex.Pattern;

/** What looks like a secret's value: it has no place in a manifest, and is never repeated in an answer. */
final class SecretLookalikes {
    private static final Pattern KNOWN_FORM = Pattern.compile("(AKIA|ASIA)[0-9A-Z]{16}"
            + "|-----BEGIN [A-Z ]*PRIVATE KEY-----"
            + "|whsec_[A-Za-z0-9+/=]{16,}"
            + "|gh[pousr]_[A-Za-z0-9]{30,}"
            + "|xox[abprs]-[A-Za-z0-9-]{10,}"
            + "|eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*"
            + "|://[^/\\s:@]+:[^/\\s@]+@");
    private static final Pattern NAME =
            Pattern.compile("(?i).*(password|passwd|secret|token|api[-_.]?key|credential).*");
    private static final Pattern REFERENCE = Pattern.compile("(file|secretsmanager|vault):.+");

    private SecretLookalikes() {}

    static boolean isLikely(String value) {
        return KNOWN_FORM.matcher(value).find();
    }

    /** A field of this name should hold a reference, and this is none. */
    static boolean isLikely(String name, String value) {
        return isLikely(value)
                || (NAME.matcher(name).matches()
                        && !value.isEmpty()
                        && !REFERENCE.matcher(value).matches());
    }
}
