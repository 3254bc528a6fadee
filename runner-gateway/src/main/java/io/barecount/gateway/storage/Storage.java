package io.barecount.gateway.storage;

import io.barecount.contracts.proof.Digest;
import java.util.List;

/** The runners' storage: what {@code file:} references are relative to. Addresses it gives are good for a limited time. */
public interface Storage {
    /** An address to get a file from. */
    String toGet(String path);

    /** An address to put a file to. */
    String toPut(String path);

    /** Paths of all files that are at the path, or below it. */
    List<String> list(String path);

    /** Makes a file visible at another place, without moving its bytes through here. May be repeated. */
    void copy(String from, String to);

    /** Removes what is below the path. */
    void remove(String path);

    /** Puts bytes there, unless a file of this path is there already. Returns the file's address as the provider's services write it. */
    String keep(String path, byte[] content);

    /** Paths that are named by what they hold. */
    static String byDigest(String directory, byte[] content, String suffix) {
        return directory + "/" + Digest.of(content).hex() + suffix;
    }
}
