package io.barecount.agent.log;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Replaces secrets in a stream of bytes, however it is cut into parts: what may be the beginning of one is held back until it is known.
 * Masked are the values, each longer line of one that has several, and the values in Base64; what a workload makes of them otherwise is
 * not recognised.
 */
final class Mask {
    private static final byte[] INSTEAD = "***".getBytes(StandardCharsets.UTF_8);
    private static final int LINE_MIN = 8;

    private final List<byte[]> secrets;
    private byte[] held = new byte[0];

    Mask(Collection<String> values) {
        secrets = values.stream()
                .flatMap(Mask::forms)
                .filter(form -> !form.isEmpty())
                .distinct()
                .map(form -> form.getBytes(StandardCharsets.UTF_8))
                .sorted(Comparator.comparingInt((byte[] form) -> form.length).reversed())
                .toList();
    }

    private static Stream<String> forms(String value) {
        return Stream.concat(
                Stream.of(value, encoded(value)),
                value.lines().map(String::strip).filter(line -> line.length() >= LINE_MIN));
    }

    /** Its whole groups of three bytes, which look the same whatever follows; nothing where that is too short to be its own. */
    private static String encoded(String value) {
        var bytes = value.getBytes(StandardCharsets.UTF_8);
        var whole = Arrays.copyOf(bytes, bytes.length - bytes.length % 3);
        return whole.length < LINE_MIN ? "" : Base64.getEncoder().encodeToString(whole);
    }

    /** What can be shown of it and of what was held back. */
    byte[] next(byte[] printed, int length) {
        var all = Arrays.copyOf(held, held.length + length);
        System.arraycopy(printed, 0, all, held.length, length);
        return shown(all, false);
    }

    /** What was held back, when there is no more. */
    byte[] end() {
        return shown(held, true);
    }

    private byte[] shown(byte[] all, boolean isEnd) {
        var shown = new ByteArrayOutputStream(all.length);
        var at = 0;
        while (at < all.length) {
            if (!isEnd && mayGoOn(all, at)) {
                break;
            }
            var found = secretAt(all, at);
            if (found == 0) {
                shown.write(all[at++]);
            } else {
                shown.writeBytes(INSTEAD);
                at += found;
            }
        }
        held = Arrays.copyOfRange(all, at, all.length);
        return shown.toByteArray();
    }

    /** Whether all that is left is the beginning of a secret that is longer. */
    private boolean mayGoOn(byte[] all, int at) {
        var left = all.length - at;
        for (var secret : secrets) {
            if (secret.length > left && Arrays.equals(secret, 0, left, all, at, all.length)) {
                return true;
            }
        }
        return false;
    }

    /** Length of the longest one that is here; 0 if none is. */
    private int secretAt(byte[] all, int at) {
        for (var secret : secrets) {
            if (secret[0] == all[at]
                    && all.length - at >= secret.length
                    && Arrays.equals(secret, 0, secret.length, all, at, at + secret.length)) {
                return secret.length;
            }
        }
        return 0;
    }
}
