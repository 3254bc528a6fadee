package io.barecount.gateway;

import io.barecount.contracts.proof.SigningKey;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Trusts {@link Permitted#KEY}, and gives the service a key for its evidence. */
public final class TestKeys implements QuarkusTestResourceLifecycleManager {
    private Path directory;

    @Override
    public Map<String, String> start() {
        try {
            directory = Files.createTempDirectory("gateway-keys");
            var permits = Files.writeString(
                    directory.resolve("permits.pub"),
                    Permitted.KEY.verifyingKey().toPem());
            var evidence = Files.writeString(
                    directory.resolve("evidence.pem"), SigningKey.generate().toPem());
            return Map.of(
                    "barecount.gateway.permit-keys", permits.toString(),
                    "barecount.gateway.evidence-key", evidence.toString(),
                    "barecount.gateway.agent-lease", "PT3S",
                    "barecount.gateway.offer-validity", "PT5S",
                    "barecount.gateway.poll-max", "PT2S");
        } catch (IOException e) {
            throw new IllegalStateException("no keys for the tests", e);
        }
    }

    @Override
    public void stop() {
        try {
            Files.deleteIfExists(directory.resolve("permits.pub"));
            Files.deleteIfExists(directory.resolve("evidence.pem"));
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
