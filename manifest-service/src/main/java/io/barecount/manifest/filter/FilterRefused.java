package io.barecount.manifest.filter;

/** An expression is no filter; the message says why, and where in it. */
public final class FilterRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FilterRefused(String message) {
        super(message);
    }
}
