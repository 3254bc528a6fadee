package io.barecount.manifest.redaction;

/** Someone else's text inside a message of ours. */
public final class Quoted {
    private static final int SHOWN_MAX = 60;

    private Quoted() {}

    /** In quotes, shortened, without control characters; a text that looks like a secret is not shown at all. */
    public static String text(String text) {
        return SecretLookalikes.inText(text).isPresent()
                ? "a value that is not shown here"
                : "'" + printable(text) + "'";
    }

    /** As {@link #text}, but a value whose field's name says that it is a secret is not shown either. */
    public static String value(String field, String text) {
        return SecretLookalikes.isSecretName(field) ? "a value that is not shown here" : text(text);
    }

    /** Shortened, with control characters and halves of surrogate pairs replaced: fit for a header, a log and a database. */
    public static String printable(String text) {
        return printable(text, SHOWN_MAX);
    }

    /** @param charactersMax how many characters are shown; a longer text ends in three dots */
    public static String printable(String text, int charactersMax) {
        var shown = new StringBuilder();
        text.codePoints().limit(charactersMax).forEach(c -> shown.appendCodePoint(isPrintable(c) ? c : '\uFFFD'));
        return text.codePointCount(0, text.length()) > charactersMax ? shown + "..." : shown.toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.SURROGATE, Character.UNASSIGNED, Character.FORMAT -> false;
            default -> true;
        };
    }
}
