package io.barecount.manifest.document;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A text that was read.
 *
 * @param tree what it says; null if that can't be told, then {@code violations} has the reason
 * @param spot where the tree and its parts stand
 * @param violations what is wrong with the text as such: syntax, repeated fields, YAML that is not plain data
 */
public record Source(JsonNode tree, Spot spot, Violations violations) {
    /** Code of the violation that a text is larger than allowed. */
    public static final String TOO_LARGE = "too-large";

    /** How many bytes of UTF-8 a manifest may have. */
    public static final int SIZE_MAX = 256 * 1024;

    /** How deep objects and lists may be nested. */
    public static final int DEPTH_MAX = 20;

    public boolean isReadable() {
        return tree != null;
    }

    /** The value of one field as a source of its own, with its places in the whole text. */
    public Source part(String field) {
        return new Source(tree.path(field), spot.field(field), violations);
    }

    /** Whether this is a tree with fields, as every document here is. */
    public boolean isObject() {
        return tree != null && tree.isObject();
    }

    /**
     * Reads a text of at most {@code bytesMax}: JSON if its first sign is a curly or square bracket, else YAML. The text alone decides,
     * not what someone says about it, so that it means the same at every door.
     */
    public static Source read(String text, int bytesMax) {
        var violations = new Violations();
        var size = text.length() > bytesMax ? text.length() : Utf8.length(text);
        if (size > bytesMax) {
            violations.add(
                    TOO_LARGE,
                    "",
                    Spot.UNKNOWN,
                    "the text has " + size + " bytes or more; " + bytesMax + " are allowed",
                    "keep data out of it and refer to it by URI");
            return new Source(null, Spot.UNKNOWN, violations);
        }
        var builder = new TreeBuilder(violations);
        try {
            if (looksLikeJson(text)) {
                JsonText.read(text, builder);
            } else {
                YamlText.read(text, builder);
            }
            return builder.source();
        } catch (Unreadable e) {
            violations.add(e.code(), e.pointer(), e.spot(), e.getMessage(), e.hint());
            return new Source(null, Spot.UNKNOWN, violations);
        }
    }

    private static boolean looksLikeJson(String text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (!Character.isWhitespace(c) && c != '\uFEFF') {
                return c == '{' || c == '[';
            }
        }
        return false;
    }
}
