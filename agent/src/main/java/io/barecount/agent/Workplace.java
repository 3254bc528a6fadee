package io.barecount.agent;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of one attempt. What it writes becomes visible to others, in the storage, only when it has succeeded.
 *
 * @param directory of this attempt alone
 * @param storage that {@code file:} references are relative to
 */
record Workplace(Path directory, Path storage, AttemptId attempt) {
    private static final String SCHEME = "file:";
    private static final int BYTES_OF_KIBIBYTE = 1024;
    private static final int LAST_WORDS_BYTES_MAX = 600;

    /** A reference or a file that can't be used, for the reason given. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    static Workplace of(Settings settings, AttemptId attempt) {
        var directory = settings.data()
                .resolve("work")
                .resolve(attempt.run().toString())
                .resolve(attempt.task().index() + "-" + attempt.number());
        return new Workplace(directory, settings.storage(), attempt);
    }

    void create() throws IOException {
        Files.createDirectories(output());
        Files.createDirectories(declared());
        Files.createDirectories(temporary());
    }

    Path output() {
        return directory.resolve("output");
    }

    Path declared() {
        return directory.resolve("declared");
    }

    /** The agent's socket, to which the gate in the workload's network passes its connections. */
    Path passage() {
        return directory.resolve("out.sock");
    }

    /** Who was reached, and who was not. */
    Path traffic() {
        return directory.resolve("traffic.json");
    }

    /** The kernel's counters of the workload's network, at its end. */
    Path counters() {
        return directory.resolve("net.snmp");
    }

    /** Left where the workload could not be begun, with the reason. */
    Path notStarted() {
        return directory.resolve("not-started");
    }

    /** Left by the guard when it ended the workload with the agent's lease. */
    Path cutOff() {
        return directory.resolve("cut-off");
    }

    /** Left by the guard when it ended the workload as it wrote too much. */
    Path overDisk() {
        return directory.resolve("over-disk");
    }

    /** For files that a workload needs for a while. */
    Path temporary() {
        return directory.resolve("tmp");
    }

    /** How much lies there, links not followed. */
    static long kibibytes(Path... places) throws IOException {
        var bytes = 0L;
        for (var place : places) {
            try (var files = Files.walk(place)) {
                for (var file : files.toList()) {
                    bytes += Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
                }
            }
        }
        return bytes / BYTES_OF_KIBIBYTE;
    }

    Path log() {
        return directory.resolve("log.txt");
    }

    Path exit() {
        return directory.resolve("exit");
    }

    Path interfaces() {
        return directory.resolve("net.dev");
    }

    Path payload() {
        return directory.resolve("payload");
    }

    /** Where all tasks of the run put their outputs. */
    Path taskOutputs() {
        return storage.resolve("task-outputs").resolve(attempt.run().toString());
    }

    private Path ownTaskOutput() {
        return taskOutputs().resolve(Integer.toString(attempt.task().index()));
    }

    /** Where a declared output is written until the attempt has succeeded. */
    Path declared(String name) {
        return declared().resolve(name);
    }

    /** @throws Unusable if it is no {@code file:} reference, or leads out of the storage, be it by a symbolic link */
    Path inStorage(String uri) throws Unusable, IOException {
        if (!uri.startsWith(SCHEME)) {
            throw new Unusable("provider local reads and writes file: references only, found " + uri);
        }
        var path = storage.resolve(uri.substring(SCHEME.length())).normalize();
        if (!path.startsWith(storage) || path.equals(storage)) {
            throw new Unusable(uri + " leads out of the storage");
        }
        var existing = path;
        while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
            existing = existing.getParent();
        }
        if (!existing.toRealPath().startsWith(storage.toRealPath())) {
            throw new Unusable(uri + " leads out of the storage by a symbolic link");
        }
        return path;
    }

    /**
     * A copy of the artifact, for this attempt alone: what is executed is what was compared with the permit, whatever happens in the
     * storage meanwhile.
     *
     * @throws Unusable if it is missing or has other bytes than were permitted
     */
    Path fetchArtifact(Offer offer) throws Unusable, IOException {
        var artifact = offer.spec().manifest().spec().workload().artifact();
        var source = inStorage(artifact.uri());
        if (!Files.isRegularFile(source)) {
            throw new Unusable("there is no file " + artifact.uri() + " in the storage");
        }
        var copy = directory.resolve("artifact").resolve(source.getFileName());
        Files.createDirectories(copy.getParent());
        Files.copy(source, copy, StandardCopyOption.REPLACE_EXISTING);
        var found = digest(copy);
        if (!found.equals(artifact.digest())) {
            throw new Unusable(artifact.uri() + " has digest " + found + ", permitted is " + artifact.digest());
        }
        return copy;
    }

    /**
     * Digests of what the attempt has written, by the path in the storage that it will have there.
     *
     * @throws Unusable if there is anything but files and directories: a link would show others what it points to
     */
    Map<String, Digest> outputs(Offer offer) throws IOException, Unusable {
        var digests = new TreeMap<String, Digest>();
        digest(output(), ownTaskOutput(), digests);
        for (var output : declaredOutputs(offer)) {
            digest(declared(output.name()), inStorage(output.uri()), digests);
        }
        return digests;
    }

    private void digest(Path root, Path place, Map<String, Digest> digests) throws IOException, Unusable {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var files = Files.walk(root)) {
            for (var file : files.toList()) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    digests.put(
                            storage.relativize(place.resolve(root.relativize(file)))
                                    .normalize()
                                    .toString(),
                            digest(file));
                } else if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    throw new Unusable("its output has " + directory.relativize(file)
                            + ", which is neither a file nor a directory");
                }
            }
        }
    }

    /** Makes the outputs visible. May be repeated after a crash: what is there already stays. */
    void publish(Offer offer) throws IOException, Unusable {
        move(output(), ownTaskOutput());
        for (var output : declaredOutputs(offer)) {
            move(declared(output.name()), inStorage(output.uri()));
        }
    }

    private static List<Manifest.DataSet> declaredOutputs(Offer offer) {
        return offer.spec().manifest().spec().data().outputs();
    }

    /** In the place's file system it appears at once, whole. */
    private static void move(Path from, Path to) throws IOException {
        if (!Files.exists(from)) {
            return;
        }
        Files.createDirectories(to.getParent());
        try {
            replace(from, to);
        } catch (AtomicMoveNotSupportedException e) {
            var near = to.resolveSibling("." + to.getFileName() + ".partial");
            deleteTree(near);
            copyTree(from, near);
            replace(near, to);
            deleteTree(from);
        }
    }

    private static void replace(Path from, Path to) throws IOException {
        if (Files.isDirectory(from) || Files.isDirectory(to)) {
            deleteTree(to);
        }
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    /** Links are deleted, never followed. */
    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var files = Files.walk(root)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** The log stays, for people; all else of a finished attempt has been published or is of no use. */
    void removeAllButLog() throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                if (!file.equals(log())) {
                    deleteTree(file);
                }
            }
        }
    }

    static Digest digest(Path file) throws IOException {
        try (var content = Files.newInputStream(file)) {
            return Digest.of(content);
        }
    }

    /** The end of a text file, short enough for an error message; empty if there is none. */
    static String lastWords(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        try (var content = new RandomAccessFile(file.toFile(), "r")) {
            content.seek(Math.max(0, content.length() - LAST_WORDS_BYTES_MAX));
            var end = new byte[(int) Math.min(LAST_WORDS_BYTES_MAX, content.length())];
            content.readFully(end);
            return new String(end, StandardCharsets.UTF_8).strip();
        }
    }
}
