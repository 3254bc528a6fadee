package io.barecount.ledger.keys;

import io.barecount.contracts.proof.SigningKey;
import io.barecount.ledger.LedgerConfig;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;

/** The key that signs checkpoints: without it the service does not start. */
class LogKey {
    @Produces
    @Singleton
    @Startup
    SigningKey checkpointKey(LedgerConfig config) {
        try {
            return SigningKey.ofPem(Files.readString(config.checkpointKey()));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "barecount.ledger.checkpoint-key names " + config.checkpointKey() + ", which can't be read", e);
        }
    }
}
