package io.barecount.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A witness by C2SP tlog-witness: cosigns a log's checkpoint if the log went on from the one that it cosigned last, and no other.
 *
 * <p>Of each log it remembers that one, on disk before it answers. So a log that was put back to an older state, or rewritten and signed anew
 * with its own key, gets no cosignature; what it asked for is kept, as it is proof of what it did.
 */
final class Witness {
    private static final int PROOF_HASHES_MAX = 63;

    private final WitnessKey key;
    private final List<NoteKey> logs;
    private final Path directory;
    private final Clock clock;

    /** @param directory of this witness alone */
    Witness(WitnessKey key, List<NoteKey> logs, Path directory, Clock clock) {
        this.key = key;
        this.logs = List.copyOf(logs);
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * @param status of HTTP
     * @param body what the protocol says, or why not, in words
     */
    record Answer(int status, String contentType, String body) {
        private static final String TEXT = "text/plain; charset=utf-8";

        static Answer cosigned(String line) {
            return new Answer(200, TEXT, line);
        }

        static Answer behind(long size) {
            return new Answer(409, "text/x.tlog.size", size + "\n");
        }

        static Answer refused(int status, String why) {
            return new Answer(status, TEXT, why + "\n");
        }
    }

    /** @param note with its signatures */
    private record Request(long old, List<byte[]> proof, String note) {
        /** @throws NotProven if it is no request */
        static Request parse(String body) {
            var head = body.indexOf("\n\n");
            if (head < 0) {
                throw new NotProven("an empty line stands before the checkpoint, found none");
            }
            var lines = body.substring(0, head).split("\n", -1);
            if (!lines[0].matches("old (0|[1-9][0-9]{0,17})")) {
                throw new NotProven("the first line is \"old <size>\", found \"" + lines[0] + "\"");
            }
            if (lines.length - 1 > PROOF_HASHES_MAX) {
                throw new NotProven("a consistency proof has at most " + PROOF_HASHES_MAX + " hashes");
            }
            var proof = new ArrayList<byte[]>();
            for (var line : Arrays.asList(lines).subList(1, lines.length)) {
                var hash = Texts.base64(line);
                if (hash.length != Merkle.HASH_BYTES) {
                    throw new NotProven("a hash has " + Merkle.HASH_BYTES + " bytes, found " + hash.length);
                }
                proof.add(hash);
            }
            return new Request(Long.parseLong(lines[0].substring(4)), proof, body.substring(head + 2));
        }
    }

    /** {@code POST add-checkpoint}. One at a time: what it remembers must not go back. */
    synchronized Answer add(String body) throws IOException {
        Request request;
        Note note;
        try {
            request = Request.parse(body);
            note = Note.parse(request.note());
        } catch (NotProven e) {
            return Answer.refused(400, e.getMessage());
        }
        var origin = note.text().lines().findFirst().orElse("");
        var trusted = logs.stream().filter(log -> log.name().equals(origin)).toList();
        if (trusted.isEmpty()) {
            return Answer.refused(404, "no log of this name is witnessed here: " + origin);
        }
        Checkpoint checkpoint;
        try {
            checkpoint = signed(request.note(), trusted);
        } catch (NotProven e) {
            return Answer.refused(403, e.getMessage());
        }
        return judge(request, note, checkpoint);
    }

    private static Checkpoint signed(String note, List<NoteKey> trusted) {
        NotProven last = null;
        for (var log : trusted) {
            try {
                return Checkpoint.verify(note, Trust.ofLog(log.name(), log.key()));
            } catch (NotProven e) {
                last = e;
            }
        }
        throw last;
    }

    private Answer judge(Request request, Note note, Checkpoint checkpoint) throws IOException {
        if (request.old() > checkpoint.size()) {
            return Answer.refused(
                    400, "the old size " + request.old() + " is above the checkpoint's, " + checkpoint.size());
        }
        var last = last(checkpoint.origin());
        var size = last == null ? 0 : last.size();
        if (request.old() != size) {
            return Answer.behind(size);
        }
        var root = last == null ? Merkle.emptyRoot() : last.root();
        if (!Merkle.consistent(size, root, checkpoint.size(), checkpoint.root(), request.proof())) {
            keep(request, checkpoint, size);
            return Answer.refused(
                    422,
                    "the log of " + checkpoint.size() + " entries is not shown to begin with the " + size
                            + " entries that were cosigned here");
        }
        var line = key.cosign(note.text(), clock.instant());
        var signatures = request.note().substring(note.text().length());
        replace(checkpointOf(checkpoint.origin()), note.text() + signatures + line);
        return Answer.cosigned(line);
    }

    /** What this witness cosigned last of a log; null before the first. */
    private Checkpoint last(String origin) throws IOException {
        var text = latest(Hashes.hex(Merkle.sha256(origin.getBytes(UTF_8))));
        if (text == null) {
            return null;
        }
        var lines = Note.parse(text).text().split("\n");
        return new Checkpoint(lines[0], Long.parseLong(lines[1]), Texts.base64(lines[2]), List.of());
    }

    /** The note cosigned last, {@code GET <origin hash>/checkpoint}; null if there is none. */
    String latest(String originHash) throws IOException {
        if (!originHash.matches("[0-9a-f]{64}")) {
            return null;
        }
        try {
            return Files.readString(directory.resolve(originHash).resolve("checkpoint"));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private Path checkpointOf(String origin) {
        return directory
                .resolve(Hashes.hex(Merkle.sha256(origin.getBytes(UTF_8))))
                .resolve("checkpoint");
    }

    /** It is signed by the log, and so can't be denied: beside what was cosigned, it may prove that the log was rewritten. */
    private void keep(Request request, Checkpoint checkpoint, long size) throws IOException {
        var file = checkpointOf(checkpoint.origin())
                .resolveSibling("refused-" + checkpoint.size() + "-"
                        + Hashes.hex(checkpoint.root()).substring(0, 16));
        if (!Files.exists(file)) {
            System.out.println(
                    "REFUSED: a checkpoint of " + checkpoint.origin() + " with " + checkpoint.size() + " entries"
                            + " is not shown to go on from the " + size + " that were cosigned; it is kept as " + file);
            replace(file, request.note());
        }
    }

    /** When this returns, the text is on the disk; before, the old one is: never a part of either. */
    private static void replace(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        var next = file.resolveSibling(file.getFileName() + ".next");
        try (var channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            var bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        try (var entry = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            entry.force(true);
        }
    }
}
