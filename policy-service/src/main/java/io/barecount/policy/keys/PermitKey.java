package io.barecount.policy.keys;

import io.barecount.contracts.proof.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The key that permits are signed with, in a PEM file. */
public final class PermitKey {
    private PermitKey() {}

    /** @throws IllegalArgumentException if there is no such key; the message says why and never holds any of it */
    public static SigningKey read(Path pem) {
        try {
            return SigningKey.ofPem(Files.readString(pem));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the file " + pem + " can't be read: " + e.getClass().getSimpleName(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the file " + pem + " holds no key: " + e.getMessage(), e);
        }
    }
}
