package io.barecount.contracts.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Ids that come out the same whenever the same step is done again, so that a repeat is recognisable.
 *
 * <p>Name-based UUIDs of version 5 (RFC 9562, section 5.5): SHA-1 serves as a mixing function here, nothing relies on it against
 * forgery.
 */
public final class EventIds {
    private EventIds() {}

    /** The id of what {@code cause} leads to in the step of this name. */
    public static UUID derive(UUID cause, String step) {
        return nameBased(cause, step);
    }

    /** The id of something that came from outside with a name of its own, such as a webhook's delivery or a record's place. */
    public static UUID ofName(String name) {
        return nameBased(ROOT, name);
    }

    private static final UUID ROOT = UUID.fromString("8f6f2c5e-51a2-5d0e-9a3b-7d1b1f0c6f11");

    private static UUID nameBased(UUID space, String name) {
        var bytes = name.getBytes(StandardCharsets.UTF_8);
        var input = ByteBuffer.allocate(16 + bytes.length)
                .putLong(space.getMostSignificantBits())
                .putLong(space.getLeastSignificantBits())
                .put(bytes);
        byte[] hash;
        try {
            hash = MessageDigest.getInstance("SHA-1").digest(input.array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
        var halves = ByteBuffer.wrap(hash);
        var high = (halves.getLong() & 0xffffffffffff0fffL) | 0x5000L;
        var low = (halves.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(high, low);
    }
}
