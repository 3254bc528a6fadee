package io.barecount.policy.cel;

import io.barecount.policy.evaluation.Facts;

/** A part of an expression as a function: what {@link Shortcut} makes of it. */
@FunctionalInterface
interface Step {
    /** @throws RuntimeException for whatever is not plain: then the expression is evaluated by the book */
    Object value(Frame frame);

    default boolean holds(Frame frame) {
        return (Boolean) value(frame);
    }

    /** The facts, and what the comprehensions of an expression are at. */
    final class Frame {
        final Facts facts;
        final Object[] slots;
        int iterations;

        Frame(Facts facts, int slots) {
            this.facts = facts;
            this.slots = new Object[slots];
        }
    }
}
