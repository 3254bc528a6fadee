package io.barecount.ledger.store;

/** The database does not go on from what was last signed: nothing more may be signed. The message says what to do. */
public final class BrokenContinuity extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenContinuity(String message) {
        super(message);
    }
}
