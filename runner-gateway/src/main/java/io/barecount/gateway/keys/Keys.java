package io.barecount.gateway.keys;

import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.VerifyingKey;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.attempt.Attempts;
import io.barecount.gateway.permit.PermitCheck;
import io.barecount.gateway.permit.SignatureCheck;
import io.barecount.messaging.signers.SignersDirectory;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The keys in force: without them the service does not start, and so nothing does. */
class Keys {
    @Produces
    @Singleton
    @Startup
    SigningKey evidenceKey(GatewayConfig config) {
        return SigningKey.ofPem(read(config.evidenceKey(), "barecount.gateway.evidence-key"));
    }

    @Produces
    @Singleton
    @Startup
    Attempts attempts(GatewayConfig config, SigningKey evidenceKey) {
        var trusted = config.permitKeys().stream()
                .map(file -> VerifyingKey.ofPem(read(file, "barecount.gateway.permit-keys")))
                .toList();
        var signers = new SignersDirectory(config.signersDir(), config.signersCache(), System::nanoTime);
        return new Attempts(new PermitCheck(trusted), new SignatureCheck(signers::of), evidenceKey, config.provider());
    }

    private static String read(Path file, String key) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(key + " names " + file + ", which can't be read", e);
        }
    }
}
