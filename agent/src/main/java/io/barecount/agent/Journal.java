package io.barecount.agent;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What this agent has taken on, one file per attempt, each on disk before the step that it speaks of. After a kill it says how far each
 * attempt had come.
 */
final class Journal {
    /** How far an attempt has come. */
    enum Step {
        /** It may have been claimed; nothing was executed. */
        CLAIMING,
        /** It was claimed; its process may have been started. */
        LAUNCHING,
        /** Its process was started. */
        RUNNING
    }

    /**
     * @param pid of the process, with its start time, once it runs
     * @param startedAt when it was launched
     */
    record Entry(Offer offer, String claimId, Step step, Long pid, Instant processStart, Instant startedAt) {
        Entry launching(Instant now) {
            return new Entry(offer, claimId, Step.LAUNCHING, null, null, now);
        }

        Entry running(ProcessHandle process) {
            return new Entry(
                    offer,
                    claimId,
                    Step.RUNNING,
                    process.pid(),
                    process.info().startInstant().orElse(null),
                    startedAt);
        }

        AttemptId attempt() {
            return offer.attempt();
        }
    }

    private final Path directory;

    Journal(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
    }

    /** On disk when this returns. */
    void write(Entry entry) throws IOException {
        var file = file(entry.attempt());
        var partial = file.resolveSibling(file.getFileName() + ".partial");
        try (var channel = FileChannel.open(
                partial, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(Json.bytes(entry)));
            channel.force(true);
        }
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (var folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    void remove(AttemptId attempt) throws IOException {
        Files.deleteIfExists(file(attempt));
    }

    List<Entry> entries() throws IOException {
        var entries = new ArrayList<Entry>();
        try (var files = Files.newDirectoryStream(directory, "*.json")) {
            for (var file : files) {
                entries.add(Json.read(Files.readString(file), Entry.class));
            }
        }
        return entries;
    }

    private Path file(AttemptId attempt) {
        return directory.resolve(attempt.toString().replace('/', '-') + ".json");
    }
}
