package io.barecount.ledger.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Rows on their way into a table by PostgreSQL's COPY in its binary format, sent as they are made. */
final class BinaryCopy implements AutoCloseable {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final int BUFFER_BYTES = 128 * 1024;
    private static final int NULL = -1;

    private final CopyIn copy;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

    /** @param into as after COPY: a table and its columns in the order in which they are put */
    BinaryCopy(Connection connection, String into) throws SQLException {
        copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy " + into + " from stdin (format binary)");
        buffer.put(SIGNATURE).putInt(0).putInt(0);
    }

    void row(int columns) throws SQLException {
        room(Short.BYTES).putShort((short) columns);
    }

    void put(int value) throws SQLException {
        room(2 * Integer.BYTES).putInt(Integer.BYTES).putInt(value);
    }

    void put(long value) throws SQLException {
        room(Integer.BYTES + Long.BYTES).putInt(Long.BYTES).putLong(value);
    }

    void put(String text) throws SQLException {
        put(text == null ? null : text.getBytes(UTF_8));
    }

    void put(UUID id) throws SQLException {
        if (id == null) {
            putNull();
            return;
        }
        room(Integer.BYTES + 2 * Long.BYTES)
                .putInt(2 * Long.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits());
    }

    void put(Instant time) throws SQLException {
        if (time == null) {
            putNull();
            return;
        }
        put(ChronoUnit.MICROS.between(EPOCH, time));
    }

    void put(byte[] bytes) throws SQLException {
        if (bytes == null) {
            putNull();
            return;
        }
        room(Integer.BYTES).putInt(bytes.length);
        if (bytes.length > BUFFER_BYTES) {
            flush();
            copy.writeToCopy(bytes, 0, bytes.length);
        } else {
            room(bytes.length).put(bytes);
        }
    }

    private void putNull() throws SQLException {
        room(Integer.BYTES).putInt(NULL);
    }

    private ByteBuffer room(int bytes) throws SQLException {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    private void flush() throws SQLException {
        copy.writeToCopy(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    void end() throws SQLException {
        room(Short.BYTES).putShort((short) NULL);
        flush();
        copy.endCopy();
    }

    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }
}
