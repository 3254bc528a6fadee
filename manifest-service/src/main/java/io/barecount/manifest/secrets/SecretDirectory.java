package io.barecount.manifest.secrets;

import io.barecount.manifest.ManifestConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Secrets that are files of one directory, as Kubernetes and Docker mount them. */
@ApplicationScoped
public class SecretDirectory {
    private static final String SCHEME = "file:";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final int CACHED_MAX = 1000;

    private record Read(List<String> values, long atNanos) {}

    private final Path directory;
    private final Duration cachedFor;
    private final Map<String, Read> cached = new ConcurrentHashMap<>();

    SecretDirectory(ManifestConfig config) {
        directory = config.secretsDir();
        cachedFor = config.secretsCache();
    }

    /**
     * What a reference stands for: several values while a secret is being replaced, each on its own line. None if the reference is of
     * another scheme, or there is no such file.
     */
    public List<String> values(String reference) {
        if (!reference.startsWith(SCHEME)) {
            return List.of();
        }
        var name = reference.substring(SCHEME.length());
        if (!NAME.matcher(name).matches()) {
            return List.of();
        }
        var now = System.nanoTime();
        var read = cached.get(name);
        if (read == null || now - read.atNanos() > cachedFor.toNanos()) {
            read = new Read(lines(directory.resolve(name)), now);
            if (cached.size() >= CACHED_MAX) {
                cached.clear();
            }
            cached.put(name, read);
        }
        return read.values();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("the secret " + file.getFileName() + " can't be read", e);
        }
    }
}
