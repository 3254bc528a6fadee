package io.barecount.agent;

import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.VerifyingKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Who this agent is: a key that it made itself and that never leaves its data directory, which it holds alone.
 *
 * @param lock held as long as the process lives
 */
record Identity(Path data, SigningKey key, FileLock lock) {
    private static final String KEY = "agent.pem";
    private static final String PUBLIC_KEY = "agent.pub.pem";
    private static final String GATEWAY_KEY = "gateway.pub.pem";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /**
     * Makes the key if there is none.
     *
     * @throws IOException also if another agent has the directory
     */
    static Identity open(Path data) throws IOException {
        Files.createDirectories(data);
        var lock = lock(data.resolve("lock"));
        var file = data.resolve(KEY);
        if (!Files.exists(file)) {
            make(file);
        }
        var key = SigningKey.ofPem(Files.readString(file));
        Files.writeString(data.resolve(PUBLIC_KEY), key.verifyingKey().toPem());
        return new Identity(data, key, lock);
    }

    private static FileLock lock(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException heldInThisProcess) {
            // as if by another
        }
        if (lock == null) {
            channel.close();
            throw new IOException(
                    "another agent works with " + file.getParent() + ": each needs a data directory of its own");
        }
        return lock;
    }

    private static void make(Path file) throws IOException {
        var partial = file.resolveSibling(KEY + ".partial");
        Files.deleteIfExists(partial);
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(
                    partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(partial, SigningKey.generate().toPem());
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("r--------"));
        }
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Where this agent's journal lies, and since which start of the machine: a copy of the directory, on this machine or on a copy of it,
     * is another place, and so is this one after the machine was started anew.
     */
    String place() throws IOException {
        var boot = Files.isReadable(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "";
        var directory = Files.readAttributes(data, BasicFileAttributes.class).fileKey();
        return Digest.of(boot + "|" + directory + "|" + data.toRealPath()).hex().substring(0, 16);
    }

    boolean isEnrolled() {
        return Files.exists(data.resolve(GATEWAY_KEY));
    }

    void enrolled(String gatewayKey) throws IOException {
        VerifyingKey.ofPem(gatewayKey);
        var partial = data.resolve(GATEWAY_KEY + ".partial");
        Files.writeString(partial, gatewayKey);
        Files.move(
                partial,
                data.resolve(GATEWAY_KEY),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Whose bundles are taken. */
    VerifyingKey gatewayKey() throws IOException {
        return VerifyingKey.ofPem(Files.readString(data.resolve(GATEWAY_KEY)));
    }
}
