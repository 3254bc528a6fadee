package io.barecount.manifest;

import com.standardwebhooks.Webhook;
import io.barecount.contracts.proof.SigningKey;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/** A directory of signing secrets for a test, and someone who signs with them. */
public final class SecretFiles implements QuarkusTestResourceLifecycleManager {
    public static final String SUBMISSIONS = secret("submissions-webhook");
    public static final String ORDERS = secret("orders-webhook");

    private static String secret(String name) {
        return "whsec_" + Base64.getEncoder().encodeToString(("for tests: " + name + "!!!!").getBytes());
    }

    private Path signers;

    /** The namespace {@code signed} takes what {@code signer.pem} signed, and nothing else. */
    private Path signers() throws IOException {
        if (signers == null) {
            signers = Files.createTempDirectory("manifest-signers");
            var key = SigningKey.generate();
            Files.writeString(signers.resolve("signer.pem"), key.toPem());
            var publicKey = key.verifyingKey().toPem().replaceAll("-----[^-]+-----|\\s", "");
            Files.writeString(signers.resolve("signed.json"), """
                    {"namespace": "signed", "required": true, "signers": [
                      {"keyId": "%s", "publicKey": "%s", "owner": "macro-data"}]}
                    """.formatted(key.keyId(), publicKey));
        }
        return signers;
    }

    @Override
    public Map<String, String> start() {
        try {
            var directory = Files.createTempDirectory("manifest-secrets");
            Files.writeString(directory.resolve("submissions-webhook"), SUBMISSIONS + "\n");
            Files.writeString(directory.resolve("orders-webhook"), secret("the one before") + "\n" + ORDERS + "\n");
            return Map.of(
                    "barecount.manifest.secrets-dir", directory.toString(),
                    "barecount.manifest.signers-dir", signers().toString(),
                    "barecount.test.signer", signers().resolve("signer.pem").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        // The temporary directory is left to the machine.
    }

    /** The headers of a delivery. */
    public static Map<String, String> signed(String secret, String id, Instant at, String body) {
        try {
            return Map.of(
                    "webhook-id", id,
                    "webhook-timestamp", Long.toString(at.getEpochSecond()),
                    "webhook-signature", new Webhook(secret).sign(id, at.getEpochSecond(), body));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
