package io.barecount.manifest.document;

/** Reading can't go on. It never leaves this package: a {@link Source} without a tree tells it. */
final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String pointer;
    private final transient Spot spot;
    private final String hint;

    Unreadable(String code, String pointer, Spot spot, String message, String hint) {
        super(message, null, false, false);
        this.code = code;
        this.pointer = pointer;
        this.spot = spot;
        this.hint = hint;
    }

    String code() {
        return code;
    }

    String pointer() {
        return pointer;
    }

    Spot spot() {
        return spot;
    }

    String hint() {
        return hint;
    }
}
