package io.barecount.contracts.proof;

/** Something that claims to be signed or contained, and is not shown to be. The message says which part failed. */
public final class NotProven extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotProven(String message) {
        super(message);
    }
}
