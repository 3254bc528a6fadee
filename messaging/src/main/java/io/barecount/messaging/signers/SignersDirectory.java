package io.barecount.messaging.signers;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.VerifyingKey;
import io.barecount.contracts.signature.Signers;
import io.barecount.contracts.signature.Signers.Revoked;
import io.barecount.contracts.signature.Signers.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Who may sign for each namespace: a file {@code NAMESPACE.json} in a directory, one for each namespace that has signers. A change counts
 * once what was read is older than the cache says. What can't be read is never taken for nothing: then nothing is taken in the namespace.
 */
public final class SignersDirectory {
    private static final String NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final int KNOWN_MAX = 10_000;
    private static final ObjectReader STRICT =
            Json.mapper().readerFor(Document.class).with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final Optional<Path> directory;
    private final Duration cache;
    private final LongSupplier nanos;
    private final Map<String, Read> known = new ConcurrentHashMap<>();

    private record Read(Signers signers, long at) {}

    /** As it is written. */
    private record Document(String namespace, boolean required, List<Entry> signers) {}

    private record Entry(String keyId, String publicKey, String owner, Instant from, Instant until, Revoked revoked) {}

    /**
     * @param directory empty where nobody signs
     * @param cache for how long what was read is used
     * @param nanos a clock that never goes back
     */
    public SignersDirectory(Optional<Path> directory, Duration cache, LongSupplier nanos) {
        this.directory = directory;
        this.cache = cache;
        this.nanos = nanos;
    }

    /** @param namespace of any form, also one that no namespace has */
    public Signers of(String namespace) {
        if (directory.isEmpty() || namespace == null || !namespace.matches(NAME)) {
            return Signers.none(namespace);
        }
        var now = nanos.getAsLong();
        var before = known.get(namespace);
        if (before != null && now - before.at() < cache.toNanos()) {
            return before.signers();
        }
        var read = new Read(read(directory.get(), namespace), now);
        if (known.size() >= KNOWN_MAX) {
            known.clear();
        }
        known.put(namespace, read);
        return read.signers();
    }

    private static Signers read(Path directory, String namespace) {
        var file = directory.resolve(namespace + ".json");
        try {
            return signers(STRICT.readValue(Files.readAllBytes(file)), namespace);
        } catch (NoSuchFileException e) {
            return Files.isDirectory(directory)
                    ? Signers.none(namespace)
                    : Signers.unreadable(namespace, "there is no directory " + directory);
        } catch (IOException | IllegalArgumentException e) {
            return Signers.unreadable(namespace, file + ": " + firstLine(e));
        }
    }

    private static Signers signers(Document document, String namespace) {
        if (!namespace.equals(document.namespace())) {
            throw new IllegalArgumentException(
                    "it is called after the namespace " + namespace + ", and says " + document.namespace());
        }
        var entries = document.signers() == null ? List.<Entry>of() : document.signers();
        return new Signers(
                namespace,
                document.required(),
                entries.stream().map(SignersDirectory::signer).toList(),
                null);
    }

    private static Signer signer(Entry entry) {
        if (entry.publicKey() == null || entry.owner() == null || entry.owner().isBlank()) {
            throw new IllegalArgumentException("a signer has a publicKey and an owner");
        }
        var key = VerifyingKey.ofPem(
                "-----BEGIN PUBLIC KEY-----\n" + entry.publicKey().strip() + "\n-----END PUBLIC KEY-----\n");
        if (!key.keyId().equals(entry.keyId())) {
            throw new IllegalArgumentException(
                    "the keyId of the key of " + entry.owner() + " is " + key.keyId() + ", found " + entry.keyId());
        }
        if (entry.revoked() != null
                && (entry.revoked().at() == null || entry.revoked().reason() == null)) {
            throw new IllegalArgumentException("revoked says at and reason; of the key " + entry.keyId());
        }
        return new Signer(key, entry.owner(), entry.from(), entry.until(), entry.revoked());
    }

    private static String firstLine(Exception e) {
        var message = e.getMessage() == null ? e.toString() : e.getMessage();
        return message.lines().findFirst().orElse(message);
    }
}
