package io.barecount.policy.decision;

/**
 * Why somebody's say does not count.
 *
 * @param code stable, lower-case with hyphens
 * @param detail what was found, what is allowed, what to do next
 */
public record Objection(Kind kind, String code, String detail) {
    /** How an interface should answer. */
    public enum Kind {
        /** What it is about is not in the state for it. */
        CONFLICT,
        /** This person may not. */
        FORBIDDEN,
        /** Nobody may. */
        INVALID
    }

    public static Objection conflict(String code, String detail) {
        return new Objection(Kind.CONFLICT, code, detail);
    }

    public static Objection forbidden(String code, String detail) {
        return new Objection(Kind.FORBIDDEN, code, detail);
    }

    public static Objection invalid(String code, String detail) {
        return new Objection(Kind.INVALID, code, detail);
    }
}
