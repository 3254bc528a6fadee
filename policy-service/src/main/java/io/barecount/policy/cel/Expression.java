package io.barecount.policy.cel;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime.Program;

/**
 * An expression, ready to be evaluated.
 *
 * @param program of the reference implementation
 * @param shortcut null if there is none
 */
record Expression(Program program, Shortcut.Made shortcut) {
    boolean holds(Step.Frame frame) throws CelEvaluationException {
        if (shortcut != null) {
            try {
                frame.iterations = 0;
                return shortcut.step().holds(frame);
            } catch (RuntimeException e) {
                // whether it is an error, and which one, is the reference implementation's to say
                return byTheBook(frame);
            }
        }
        return byTheBook(frame);
    }

    private boolean byTheBook(Step.Frame frame) throws CelEvaluationException {
        return (Boolean) program.eval(frame.facts.variables());
    }

    String text(Step.Frame frame) throws CelEvaluationException {
        return (String) program.eval(frame.facts.variables());
    }

    /** Without the shortcut. */
    Expression alone() {
        return new Expression(program, null);
    }

    int slots() {
        return shortcut == null ? 0 : shortcut.slots();
    }
}
