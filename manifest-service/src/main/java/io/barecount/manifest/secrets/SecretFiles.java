package io.barecount.manifest.secrets;

import io.barecount.manifest.ManifestConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resolves references of secrets; the values are read when needed and never kept, logged or passed on. */
@ApplicationScoped
public class SecretFiles {
    private static final String SCHEME = "file:";
    private final Path directory;

    SecretFiles(ManifestConfig config) {
        this.directory = config.secretsDir().toAbsolutePath().normalize();
    }

    /** @throws SecretUnavailable if there is no such secret, or the reference is of a kind that isn't configured here */
    public String resolve(String reference) {
        if (!reference.startsWith(SCHEME)) {
            throw new SecretUnavailable("references of this kind are not configured here: "
                    + reference.substring(0, reference.indexOf(':') + 1) + "…, allowed: file:<name>");
        }
        var file = directory.resolve(reference.substring(SCHEME.length())).normalize();
        if (!file.startsWith(directory)) {
            throw new SecretUnavailable("the reference leads out of the secrets directory");
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new SecretUnavailable("the secret " + reference
                    + " can't be read: is there a file of this name in the secrets directory?");
        }
    }

    /** A reference that can't be resolved; the message never holds a value. */
    public static final class SecretUnavailable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SecretUnavailable(String message) {
            super(message);
        }
    }
}
