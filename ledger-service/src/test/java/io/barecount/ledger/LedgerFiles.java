package io.barecount.ledger;

import io.barecount.contracts.proof.SigningKey;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;

/** A key, an origin and a checkpoint directory for the time of the tests. */
public final class LedgerFiles implements QuarkusTestResourceLifecycleManager {
    public static final String ORIGIN = "ledger.test/service";

    @Override
    public Map<String, String> start() {
        try {
            var directory = Files.createTempDirectory("ledger");
            var key = Files.writeString(
                    directory.resolve("checkpoint.pem"), SigningKey.generate().toPem());
            return Map.of(
                    "barecount.ledger.checkpoint-key", key.toString(),
                    "barecount.ledger.origin", ORIGIN,
                    "barecount.ledger.checkpoint-dir",
                            directory.resolve("signed").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {}
}
