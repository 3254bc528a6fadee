package io.barecount.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/**
 * The limit that appending is compared with: COPY (binary) of the very leaves that the log holds into a table without index, key or
 * trigger, committed every {@link #ROWS} rows, and nothing else going on.
 */
final class CopyLimit {
    private static final int ROWS = 4096;
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};

    private CopyLimit() {}

    /** Rows per second; reading the leaves and encoding them is not counted. */
    static double rowsPerSecond(Connection connection, long rows) throws SQLException, IOException {
        try (var statement = connection.createStatement()) {
            statement.execute("create table plain (seq bigint, leaf bytea)");
            statement.execute("alter table plain alter column leaf set storage external");
            statement.execute("alter table plain set (toast_tuple_target = 8160)");
        }
        var copies = connection.unwrap(PGConnection.class).getCopyAPI();
        var nanos = 0L;
        for (var from = 0L; from < rows; from += ROWS) {
            var encoded = encode(from, leaves(connection, from));
            var began = System.nanoTime();
            var copy = copies.copyIn("copy plain (seq, leaf) from stdin (format binary)");
            copy.writeToCopy(encoded, 0, encoded.length);
            copy.endCopy();
            nanos += System.nanoTime() - began;
        }
        return rows / (nanos / 1e9);
    }

    private static List<byte[]> leaves(Connection connection, long from) throws SQLException {
        try (var select = connection.prepareStatement("select leaf from entries where seq >= ? and seq < ?")) {
            select.setLong(1, from);
            select.setLong(2, from + ROWS);
            var leaves = new ArrayList<byte[]>(ROWS);
            try (var found = select.executeQuery()) {
                while (found.next()) {
                    leaves.add(found.getBytes(1));
                }
            }
            return leaves;
        }
    }

    private static byte[] encode(long from, List<byte[]> leaves) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.write(SIGNATURE);
        out.writeInt(0);
        out.writeInt(0);
        for (var i = 0; i < leaves.size(); i++) {
            out.writeShort(2);
            out.writeInt(8);
            out.writeLong(from + i);
            out.writeInt(leaves.get(i).length);
            out.write(leaves.get(i));
        }
        out.writeShort(-1);
        return bytes.toByteArray();
    }
}
