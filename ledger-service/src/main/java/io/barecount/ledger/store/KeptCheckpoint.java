package io.barecount.ledger.store;

import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.ledger.LedgerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The last checkpoint, in a file outside of the database: a database that was rewritten or rolled back disagrees with it. */
@ApplicationScoped
class KeptCheckpoint {
    private final Path file;
    private final String origin;
    private final SigningKey key;

    KeptCheckpoint(LedgerConfig config, SigningKey key) {
        this.file = config.checkpointDir().resolve("checkpoint");
        this.origin = config.origin();
        this.key = key;
    }

    /** @throws io.barecount.contracts.proof.NotProven if the file holds no checkpoint of this log */
    Optional<Checkpoint> read() {
        try {
            return Files.exists(file)
                    ? Optional.of(Checkpoint.verify(Files.readString(file), origin, key.verifyingKey()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** On disk when this returns. */
    void write(String note) {
        try {
            Files.createDirectories(file.getParent());
            var partial = file.resolveSibling("checkpoint.partial");
            try (var channel = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(note.getBytes(StandardCharsets.UTF_8)));
                channel.force(true);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
