package io.barecount.cli;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.signature.ManifestSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Signs manifests as the platform normalises them: every value, defaults included. The key stays here. */
final class ManifestSigner {
    /** The header that a signature is sent in. */
    static final String HEADER = "Manifest-Signature";

    private ManifestSigner() {}

    /** @param version digest of the manifest that was signed */
    record Signed(String version, String keyId, String signature) {}

    static Signed sign(Client client, Path manifest, Path keyFile) throws IOException, InterruptedException {
        if (!Files.isReadable(manifest) || Files.isDirectory(manifest)) {
            throw new IOException("there is no readable file " + manifest + ": a manifest is one YAML or JSON file");
        }
        var key = key(keyFile);
        var answer = client.post("/validate", Map.of("Content-Type", "text/plain"), Files.readString(manifest));
        var normalised = Json.fromTree(answer.path("manifest"), Manifest.class);
        var signature = ManifestSignature.detached(ManifestSignature.sign(normalised, key));
        return new Signed(normalised.digest().toString(), key.keyId(), ManifestSignature.text(signature));
    }

    static SigningKey key(Path file) throws IOException {
        try {
            return SigningKey.ofPem(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds no signing key: " + e.getMessage()
                    + "; ./barecount keys new FILE --owner NAME makes one");
        }
    }
}
