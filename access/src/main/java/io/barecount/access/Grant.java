package io.barecount.access;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A role in a namespace, written {@code operator@retail}.
 *
 * @param namespace {@value #EVERYWHERE} for all, those to come too
 */
public record Grant(Role role, String namespace) {
    public static final String EVERYWHERE = "*";
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public Grant {
        if (!isNamespace(namespace)) {
            throw new IllegalArgumentException(
                    "a namespace has 1 to 63 of a-z, 0-9 and -, or is * for all; found \"" + namespace + "\"");
        }
    }

    private static boolean isNamespace(String text) {
        return EVERYWHERE.equals(text) || NAMESPACE.matcher(text).matches();
    }

    /** Empty if the text is something else, as the groups that a token lists may be. */
    public static Optional<Grant> of(String text) {
        var at = text.indexOf('@');
        return at < 0 || !isNamespace(text.substring(at + 1))
                ? Optional.empty()
                : Role.of(text.substring(0, at)).map(role -> new Grant(role, text.substring(at + 1)));
    }

    boolean holdsIn(String asked) {
        return namespace.equals(EVERYWHERE) || namespace.equals(asked);
    }

    @Override
    public String toString() {
        return role.text() + "@" + namespace;
    }
}
