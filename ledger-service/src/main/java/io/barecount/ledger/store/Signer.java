package io.barecount.ledger.store;

import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.VerifyingKey;
import io.barecount.ledger.LedgerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;

/** The log's key, under its origin. Whether something may be signed is not its to say. */
@ApplicationScoped
public class Signer {
    private final String origin;
    private final SigningKey key;

    Signer(LedgerConfig config) {
        origin = config.origin();
        if (origin.isBlank() || !origin.equals(origin.strip()) || origin.contains("\n") || origin.contains("+")) {
            throw new IllegalStateException(
                    "barecount.ledger.origin is a name in one line without spaces around it or a plus"
                            + " sign, such as ledger.example.com/barecount; found \"" + origin + "\"");
        }
        try {
            key = SigningKey.ofPem(Files.readString(config.checkpointKey()));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "barecount.ledger.checkpoint-key names " + config.checkpointKey() + ", which can't be read: " + e,
                    e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "barecount.ledger.checkpoint-key names " + config.checkpointKey() + ": " + e.getMessage(), e);
        }
    }

    public String origin() {
        return origin;
    }

    public VerifyingKey verifyingKey() {
        return key.verifyingKey();
    }

    String sign(long size, byte[] root) {
        return new Checkpoint(origin, size, root).sign(key);
    }

    /** @throws io.barecount.contracts.proof.NotProven if this key did not sign it */
    Checkpoint verify(String note) {
        return Checkpoint.verify(note, origin, key.verifyingKey());
    }
}
