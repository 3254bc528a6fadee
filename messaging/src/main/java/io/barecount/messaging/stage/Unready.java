package io.barecount.messaging.stage;

/**
 * Thrown out of a decision by what is no input's fault: something that every decision needs is not there at present. The batch is tried again
 * until it is, and meanwhile the stage says that it fails.
 */
public final class Unready extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unready(String message) {
        super(message);
    }
}
