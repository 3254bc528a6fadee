package io.barecount.ledger.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.barecount.ledger.LedgerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The note that was signed last, in a file outside the database. */
@ApplicationScoped
class CheckpointFile {
    private final Path directory;
    private final Path file;

    CheckpointFile(LedgerConfig config) {
        directory = config.checkpointDir().toAbsolutePath();
        file = directory.resolve("checkpoint");
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new IllegalStateException("barecount.ledger.checkpoint-dir can't be used: " + e, e);
        }
    }

    Path path() {
        return file;
    }

    Optional<String> read() {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can't be read", e);
        }
    }

    /** When this returns, the note is on the disk; before, the old one is: never a part of either. */
    void replace(String note) throws IOException {
        var next = directory.resolve("checkpoint." + ProcessHandle.current().pid());
        try (var channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            var bytes = ByteBuffer.wrap(note.getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        try (var entry = FileChannel.open(directory, StandardOpenOption.READ)) {
            entry.force(true);
        }
    }
}
