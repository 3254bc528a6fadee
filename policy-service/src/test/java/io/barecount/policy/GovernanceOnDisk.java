package io.barecount.policy;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A key of its own and the shipped documents for the service under test. */
public final class GovernanceOnDisk implements QuarkusTestResourceLifecycleManager {
    private Path key;

    @Override
    public Map<String, String> start() {
        try {
            key = Files.createTempFile("permit", ".pem");
            Files.writeString(key, Samples.KEY.toPem());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "barecount.policy.permit-key", key.toString(),
                "barecount.policy.documents",
                        Samples.EXAMPLES.resolve("governance").toAbsolutePath().toString());
    }

    @Override
    public void stop() {
        try {
            Files.deleteIfExists(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
