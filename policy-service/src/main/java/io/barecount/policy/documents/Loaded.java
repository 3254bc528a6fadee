package io.barecount.policy.documents;

import io.barecount.contracts.proof.SigningKey;
import io.barecount.policy.PolicyConfig;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.decision.Governance;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;

/** The governance documents and the key in force: without them, or with one that can't be used, the service does not start. */
class Loaded {
    @Produces
    @Singleton
    @Startup
    Governance governance(PolicyConfig config) {
        return Documents.load(config.documents());
    }

    @Produces
    @Singleton
    @Startup
    DecisionState.Signer signer(PolicyConfig config) {
        try {
            return new DecisionState.Signer(
                    SigningKey.ofPem(Files.readString(config.permitKey())), config.permitValidity());
        } catch (IOException e) {
            throw new IllegalStateException(
                    "no permit key, no permits: barecount.policy.permit-key names " + config.permitKey()
                            + ", which can't be read",
                    e);
        }
    }
}
