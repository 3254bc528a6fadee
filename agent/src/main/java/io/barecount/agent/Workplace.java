package io.barecount.agent;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.proof.Digest;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of one attempt. What it writes becomes visible to others, in the storage, only when it has succeeded.
 *
 * @param directory of this attempt alone
 */
record Workplace(Path directory, Path storage, AttemptId attempt) {
    private static final String SCHEME = "file:";

    /** A reference that can't be used; the attempt was not started. */
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
    }

    Path output() {
        return directory.resolve("output");
    }

    private Path declared() {
        return directory.resolve("declared");
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

    /** Where a declared output is written until the attempt has succeeded. */
    Path declared(String name) {
        return declared().resolve(name);
    }

    /** @throws Unusable if it is no {@code file:} reference, or leads out of the storage */
    Path inStorage(String uri) throws Unusable {
        if (!uri.startsWith(SCHEME)) {
            throw new Unusable("provider local reads file: references only, found " + uri);
        }
        var path = storage.resolve(uri.substring(SCHEME.length())).normalize();
        if (!path.startsWith(storage)) {
            throw new Unusable(uri + " leads out of the storage");
        }
        return path;
    }

    /** @throws Unusable if it leads out by a symbolic link, is missing, or has other bytes than were permitted */
    Path artifact(Offer offer) throws Unusable, IOException {
        var artifact = offer.spec().manifest().spec().workload().artifact();
        var path = inStorage(artifact.uri());
        if (!Files.isRegularFile(path) || !path.toRealPath().startsWith(storage.toRealPath())) {
            throw new Unusable("there is no file " + artifact.uri() + " in the storage");
        }
        var found = Digest.of(Files.readAllBytes(path));
        if (!found.equals(artifact.digest())) {
            throw new Unusable(artifact.uri() + " has digest " + found + ", permitted is " + artifact.digest());
        }
        return path;
    }

    /** Makes the outputs visible, and returns their digests by path in the storage. */
    Map<String, Digest> publish(Offer offer) throws IOException, Unusable {
        var digests = new TreeMap<String, Digest>();
        var target = taskOutputs().resolve(Integer.toString(attempt.task().index()));
        Files.createDirectories(target.getParent());
        deleteTree(target);
        move(output(), target);
        digest(target, digests);
        for (var output : offer.spec().manifest().spec().data().outputs()) {
            var written = declared(output.name());
            if (Files.exists(written)) {
                var place = inStorage(output.uri());
                Files.createDirectories(place.getParent());
                deleteTree(place);
                move(written, place);
                digest(place, digests);
            }
        }
        return digests;
    }

    private void digest(Path root, Map<String, Digest> digests) throws IOException {
        try (var files = Files.walk(root)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                digests.put(storage.relativize(file).toString(), Digest.of(Files.readAllBytes(file)));
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to);
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (var files = Files.walk(root)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
