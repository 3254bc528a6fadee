package io.barecount.gateway.runner;

import io.barecount.contracts.manifest.FailureClass;

/** An attempt can't be started as it is declared; nothing was started. The message says what to do about it. */
public final class CannotStart extends Exception {
    private static final long serialVersionUID = 1L;

    private final FailureClass failureClass;

    public CannotStart(FailureClass failureClass, String message) {
        super(message);
        this.failureClass = failureClass;
    }

    public CannotStart(FailureClass failureClass, String message, Throwable cause) {
        super(message, cause);
        this.failureClass = failureClass;
    }

    public static CannotStart violation(String message) {
        return new CannotStart(FailureClass.BOUNDARY_VIOLATION, message);
    }

    public FailureClass failureClass() {
        return failureClass;
    }
}
