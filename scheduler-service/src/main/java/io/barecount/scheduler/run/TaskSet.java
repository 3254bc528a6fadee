package io.barecount.scheduler.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.stream.IntStream;
import org.roaringbitmap.RoaringBitmap;

/**
 * A set of tasks of one run by their indices, compressed: some bytes for neighbours, at most an eighth of a byte per task of the run
 * plus a little, whichever tasks these are. Its text is Base64 of the portable Roaring format.
 */
public final class TaskSet {
    public static final TaskSet NONE = new TaskSet(new RoaringBitmap());

    /** Never changed once it is here. */
    private final RoaringBitmap indices;

    private TaskSet(RoaringBitmap indices) {
        this.indices = indices;
    }

    @JsonCreator
    static TaskSet parse(String text) {
        var indices = new RoaringBitmap();
        try {
            indices.deserialize(ByteBuffer.wrap(Base64.getDecoder().decode(text)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TaskSet(indices);
    }

    TaskSet with(int task) {
        if (indices.contains(task)) {
            return this;
        }
        var more = indices.clone();
        more.add(task);
        more.runOptimize();
        return new TaskSet(more);
    }

    public boolean contains(int task) {
        return indices.contains(task);
    }

    public int size() {
        return indices.getCardinality();
    }

    /** In ascending order. */
    public IntStream stream() {
        return indices.stream();
    }

    @JsonValue
    @Override
    public String toString() {
        var bytes = ByteBuffer.allocate(indices.serializedSizeInBytes());
        indices.serialize(bytes);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TaskSet set && indices.equals(set.indices);
    }

    @Override
    public int hashCode() {
        return indices.hashCode();
    }
}
