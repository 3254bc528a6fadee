package io.barecount.embedded.platform;

import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.VerifyingKey;
import io.barecount.embedded.postgres.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** What a data directory gets at its first start: keys, webhook secrets, the shipped governance documents and storage. */
public final class Seed {
    private static final List<String> KEYS = List.of("permit", "evidence", "checkpoint");
    private static final List<String> WEBHOOK_SECRETS = List.of("orders-webhook", "submissions-webhook");

    private Seed() {}

    /**
     * Leaves what is there as it is.
     *
     * @param home of the installation
     */
    public static void plant(DataDirectory data, Path home) throws IOException {
        data.create();
        for (var name : KEYS) {
            plantKey(data.keys().resolve(name + ".pem"), data.keys().resolve(name + ".pub.pem"));
        }
        var origin = data.keys().resolve("origin");
        if (!Files.exists(origin)) {
            Files.writeString(origin, "barecount.local/" + HexFormat.of().formatHex(random(4)));
        }
        for (var name : WEBHOOK_SECRETS) {
            if (!Files.exists(data.secrets().resolve(name))) {
                Secrets.write(
                        data.secrets().resolve(name),
                        "whsec_" + Base64.getEncoder().encodeToString(random(32)));
            }
        }
        Secrets.readOrCreate(data.agentSecrets().resolve("plant-seal"));
        plantEnrolmentToken(data);
        removeSuperseded(home.resolve("examples/superseded"), data.governance());
        copyMissing(home.resolve("examples/governance"), data.governance());
        copyMissing(home.resolve("examples/storage"), data.storage());
    }

    /** For the agent that comes along: a new one whenever that has no key yet. */
    private static void plantEnrolmentToken(DataDirectory data) throws IOException {
        var file = data.enrolmentToken();
        if (!Files.exists(file) || !Files.exists(data.agent().resolve("gateway.pub.pem"))) {
            Files.deleteIfExists(file);
            Secrets.write(
                    file,
                    "bce_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random(32)) + "\n"
                            + Environment.AGENT);
        }
    }

    private static void plantKey(Path privateFile, Path publicFile) throws IOException {
        if (Files.exists(privateFile) && Files.exists(publicFile)) {
            return;
        }
        var key = SigningKey.generate();
        Files.deleteIfExists(privateFile);
        Secrets.write(privateFile, key.toPem());
        Files.setPosixFilePermissions(privateFile, PosixFilePermissions.fromString("r--------"));
        Files.writeString(publicFile, key.verifyingKey().toPem());
    }

    static List<PlatformState.Key> keys(DataDirectory data) throws IOException {
        var keys = new ArrayList<PlatformState.Key>();
        for (var name : KEYS) {
            var publicFile = data.keys().resolve(name + ".pub.pem");
            var key = VerifyingKey.ofPem(Files.readString(publicFile));
            keys.add(new PlatformState.Key(
                    name,
                    "Ed25519",
                    key.keyId(),
                    publicFile.toString(),
                    data.keys().resolve(name + ".pem").toString()));
        }
        return keys;
    }

    /**
     * Takes away documents that an earlier version came with and that nobody has changed since: the present version's take their place.
     *
     * @param list of their digests, as {@code sha256sum} writes it
     */
    private static void removeSuperseded(Path list, Path directory) throws IOException {
        for (var line : Files.readAllLines(list)) {
            var parts = line.split(" +", 2);
            var file = directory.resolve(parts[1]);
            if (Files.exists(file)
                    && Digest.of(Files.readAllBytes(file)).toString().equals("sha256:" + parts[0])) {
                Files.delete(file);
            }
        }
    }

    private static void copyMissing(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            throw new IOException("the installation lacks " + from + ": is barecount.home the project's directory?");
        }
        try (var files = Files.walk(from)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var copy = to.resolve(from.relativize(file).toString());
                if (!Files.exists(copy)) {
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
    }

    private static byte[] random(int bytes) {
        var random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return random;
    }
}
