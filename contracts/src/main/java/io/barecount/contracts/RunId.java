package io.barecount.contracts;

import java.util.UUID;

/** A run, and the submission that asked for it: they share the id. */
public record RunId(UUID value) {
    public RunId {
        if (value == null) {
            throw new IllegalArgumentException("a run id is a UUID, found nothing");
        }
    }

    /** @throws IllegalArgumentException unless the text is a UUID in its canonical form */
    public static RunId parse(String text) {
        return new RunId(UUID.fromString(text));
    }

    public TaskId task(int index) {
        return new TaskId(this, index);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
