package io.barecount.embedded.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Passwords in files that only their owner can read. */
public final class Secrets {
    private static final int RANDOM_BYTES = 24;

    private Secrets() {}

    /** The file's content; a new random password is written if there is no file yet. */
    public static String readOrCreate(Path file) throws IOException {
        if (!Files.exists(file)) {
            var random = new byte[RANDOM_BYTES];
            new SecureRandom().nextBytes(random);
            write(file, HexFormat.of().formatHex(random));
        }
        return Files.readString(file).strip();
    }

    /** Never readable by others, not even for a moment. */
    public static void write(Path file, String secret) throws IOException {
        Files.createDirectories(file.getParent());
        var partial = Files.createTempFile(
                file.getParent(),
                ".secret",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(partial, secret);
        Files.move(partial, file);
    }
}
