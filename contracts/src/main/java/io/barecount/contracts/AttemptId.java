package io.barecount.contracts;

/** One try of a task, printed {@code runId/index/attempt}; the first attempt has number 1. */
public record AttemptId(TaskId task, int number) {
    public AttemptId {
        if (number < 1) {
            throw new IllegalArgumentException("attempts are numbered from 1, found " + number);
        }
    }

    /** @throws IllegalArgumentException unless the text is {@code <run>/<index>/<attempt>} */
    public static AttemptId parse(String text) {
        var slash = text.lastIndexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("an attempt id is <run>/<index>/<attempt>, found " + text);
        }
        return new AttemptId(TaskId.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    public RunId run() {
        return task.run();
    }

    public AttemptId next() {
        return new AttemptId(task, number + 1);
    }

    @Override
    public String toString() {
        return task + "/" + number;
    }
}
