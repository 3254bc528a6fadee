package io.barecount.agent;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Report;
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
import java.util.Map;

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
        RUNNING,
        /** It has ended; its outputs and its report may be on their way. */
        REPORTING
    }

    /** Why the agent ended a process before it ended by itself. */
    enum Ending {
        STOPPED,
        TIMED_OUT,
        /** The agent itself was ended. */
        INTERRUPTED,
        /** The gateway was not reached for so long that it will take the attempt for lost. */
        CUT_OFF
    }

    /**
     * How a process was started.
     *
     * @param pid null until it is known
     * @param processStart as the operating system says it; null until it is known
     * @param applied limits and settings that it was given
     * @param environment what is known of the place it runs in, for the evidence
     */
    record Launched(
            Instant at,
            Long pid,
            Instant processStart,
            Map<String, String> applied,
            boolean isolated,
            Map<String, String> environment) {
        Launched as(ProcessHandle process) {
            return new Launched(
                    at, process.pid(), process.info().startInstant().orElse(null), applied, isolated, environment);
        }
    }

    /**
     * @param launched null before {@link Step#LAUNCHING}
     * @param ending null unless the agent has set out to end it
     * @param report null before {@link Step#REPORTING}: from then on it is sent as it is here
     */
    record Entry(Offer offer, String claimId, Step step, Launched launched, Ending ending, Report report) {
        static Entry claiming(Offer offer, String claimId) {
            return new Entry(offer, claimId, Step.CLAIMING, null, null, null);
        }

        Entry launching(Launched as) {
            return new Entry(offer, claimId, Step.LAUNCHING, as, null, null);
        }

        Entry running(ProcessHandle process) {
            return new Entry(offer, claimId, Step.RUNNING, launched.as(process), ending, null);
        }

        Entry ending(Ending why) {
            return new Entry(offer, claimId, step, launched, why, null);
        }

        Entry reporting(Report what) {
            return new Entry(offer, claimId, Step.REPORTING, launched, ending, what);
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
        replace(file(entry.attempt()), Json.bytes(entry));
    }

    /** On disk when this returns: all of it, or what was there before. */
    static void replace(Path file, byte[] content) throws IOException {
        var partial = file.resolveSibling(file.getFileName() + ".partial");
        try (var channel = FileChannel.open(
                partial, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (var folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    void remove(AttemptId attempt) throws IOException {
        Files.deleteIfExists(file(attempt));
    }

    /** @throws IOException naming the file that can't be read: what it stands for must not be forgotten */
    List<Entry> entries() throws IOException {
        var entries = new ArrayList<Entry>();
        try (var files = Files.newDirectoryStream(directory, "*.json")) {
            for (var file : files) {
                try {
                    entries.add(Json.read(Files.readString(file), Entry.class));
                } catch (IllegalArgumentException e) {
                    throw new IOException(file + " is not readable: " + e.getMessage(), e);
                }
            }
        }
        return entries;
    }

    private Path file(AttemptId attempt) {
        return directory.resolve(attempt.toString().replace('/', '-') + ".json");
    }
}
