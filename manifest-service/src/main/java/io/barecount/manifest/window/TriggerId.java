package io.barecount.manifest.window;

import io.barecount.contracts.submission.Door;
import java.util.Locale;

/** A trigger of a pipeline, printed {@code namespace/pipeline/webhook/name} or {@code namespace/pipeline/kafka/name}. */
public record TriggerId(String namespace, String pipeline, Door door, String name) {
    private static final int PARTS = 4;

    /** @throws IllegalArgumentException if it is not as {@link #toString} prints it */
    public static TriggerId parse(String text) {
        var parts = text.split("/");
        if (parts.length != PARTS) {
            throw new IllegalArgumentException("no trigger is printed " + text);
        }
        return new TriggerId(parts[0], parts[1], Door.valueOf(parts[2].toUpperCase(Locale.ROOT)), parts[3]);
    }

    @Override
    public String toString() {
        return namespace + "/" + pipeline + "/" + door.name().toLowerCase(Locale.ROOT) + "/" + name;
    }
}
