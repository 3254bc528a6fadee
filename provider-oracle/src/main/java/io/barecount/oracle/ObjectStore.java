package io.barecount.oracle;

import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Buckets as directories. An object is two files, named by the digest of its key: its bytes, and what is known of them. */
final class ObjectStore {
    /** @param headers content type, metadata and checksums, as they came */
    record Known(String key, String etag, long size, Instant modified, Map<String, String> headers) {}

    private final Path directory;

    ObjectStore(Path directory) {
        this.directory = directory;
    }

    synchronized boolean create(String bucket) {
        var created = !exists(bucket);
        doing(() -> Files.createDirectories(path(bucket)));
        return created;
    }

    synchronized boolean exists(String bucket) {
        return Files.isDirectory(path(bucket));
    }

    synchronized Known put(String bucket, String key, byte[] bytes, Map<String, String> headers) {
        var known = new Known(key, "\"" + digest("MD5", bytes) + "\"", bytes.length, Instant.now(), headers);
        write(file(bucket, key, ".data"), bytes);
        write(file(bucket, key, ".json"), Json.bytes(known));
        return known;
    }

    /** Null if there is no such object. */
    synchronized Known find(String bucket, String key) {
        var file = file(bucket, key, ".json");
        return Files.exists(file) ? known(file) : null;
    }

    synchronized byte[] read(String bucket, String key) {
        if (bucket == null || key == null || find(bucket, key) == null) {
            throw new ApiError(404, "NoSuchKey", "The specified key does not exist.");
        }
        return doing(() -> Files.readAllBytes(file(bucket, key, ".data")));
    }

    synchronized void delete(String bucket, String key) {
        doing(() -> Files.deleteIfExists(file(bucket, key, ".json")));
        doing(() -> Files.deleteIfExists(file(bucket, key, ".data")));
    }

    /** In the order of their keys. */
    synchronized List<Known> list(String bucket, String prefix) {
        return doing(() -> {
            try (var files = Files.list(path(bucket))) {
                return files.filter(file -> file.toString().endsWith(".json"))
                        .map(ObjectStore::known)
                        .filter(known -> known.key().startsWith(prefix))
                        .sorted(Comparator.comparing(Known::key))
                        .toList();
            }
        });
    }

    private static Known known(Path file) {
        return Json.read(doing(() -> Files.readAllBytes(file)), Known.class);
    }

    private Path path(String bucket) {
        return directory.resolve(
                URLEncoder.encode(bucket, StandardCharsets.UTF_8).replace(".", "%2E"));
    }

    private Path file(String bucket, String key, String ending) {
        return path(bucket).resolve(digest("SHA-256", key.getBytes(StandardCharsets.UTF_8)) + ending);
    }

    private static void write(Path file, byte[] bytes) {
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        doing(() -> Files.write(fresh, bytes));
        doing(() -> Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE));
    }

    private static String digest(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Doing<T> {
        T it() throws IOException;
    }

    private static <T> T doing(Doing<T> doing) {
        try {
            return doing.it();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
