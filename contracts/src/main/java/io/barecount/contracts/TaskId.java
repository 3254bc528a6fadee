package io.barecount.contracts;

/** One unit of a run's fan-out, printed {@code runId/index}; indices start at 0. */
public record TaskId(RunId run, int index) {
    public TaskId {
        if (index < 0) {
            throw new IllegalArgumentException("a task's index starts at 0, found " + index);
        }
    }

    /** @throws IllegalArgumentException unless the text is {@code <run>/<index>} */
    public static TaskId parse(String text) {
        var slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a task id is <run>/<index>, found " + text);
        }
        return new TaskId(RunId.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /** Attempts are numbered from 1. */
    public AttemptId attempt(int number) {
        return new AttemptId(this, number);
    }

    @Override
    public String toString() {
        return run + "/" + index;
    }
}
