package io.barecount.manifest.source;

import io.barecount.contracts.manifest.Violation;

/** The text is no document at all, or one that is refused unread. */
public final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Violation violation;

    public Unreadable(String code, String pointer, Source.Position position, String message, String hint) {
        super(message);
        this.violation = new Violation(code, pointer, position.line(), position.column(), message, hint);
    }

    public Violation violation() {
        return violation;
    }
}
