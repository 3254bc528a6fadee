package io.barecount.contracts.event;

/** A record that is no event of its topic. It belongs in the dead-letter topic, with this as its cause. */
public final class MalformedEvent extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String where;

    /** @param where the header, or {@code value} */
    public MalformedEvent(String where, String message) {
        super(where + ": " + message);
        this.where = where;
    }

    public String where() {
        return where;
    }
}
