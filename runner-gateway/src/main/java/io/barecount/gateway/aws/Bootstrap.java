package io.barecount.gateway.aws;

import io.barecount.contracts.proof.Digest;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Base64;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The program that every started runner executes: one file of Python, which needs nothing but Python 3.9 or newer. */
@Singleton
class Bootstrap {
    static final String FILE = "barecount_bootstrap.py";

    /** The same bytes make the same archive, whenever it is made. */
    private static final FileTime EPOCH = FileTime.from(Instant.parse("2000-01-01T00:00:00Z"));

    private final byte[] source = read();
    private final byte[] archive = zip(source);

    byte[] source() {
        return source.clone();
    }

    /** As Lambda takes it. */
    byte[] archive() {
        return archive.clone();
    }

    /** As Lambda says it. */
    String archiveSha256() {
        return Base64.getEncoder()
                .encodeToString(
                        java.util.HexFormat.of().parseHex(Digest.of(archive).hex()));
    }

    Digest digest() {
        return Digest.of(source);
    }

    private static byte[] read() {
        try (var file = Bootstrap.class.getResourceAsStream("/bootstrap/" + FILE)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] zip(byte[] source) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            var entry = new ZipEntry(FILE);
            entry.setLastModifiedTime(EPOCH);
            zip.putNextEntry(entry);
            zip.write(source);
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
