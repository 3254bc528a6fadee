package io.barecount.verifier;

/** Something does not hold, or can't be read as what it claims to be; the message says what, for people. */
public final class NotProven extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotProven(String message) {
        super(message);
    }
}
