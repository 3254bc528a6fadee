package io.barecount.contracts.proof;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Textual encoding of keys (RFC 7468). */
final class Pem {
    private Pem() {}

    static String encode(byte[] der, String label) {
        var body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    static byte[] decode(String pem, String label) {
        var begin = "-----BEGIN " + label + "-----";
        var start = pem.indexOf(begin);
        var end = pem.indexOf("-----END " + label + "-----");
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("no " + label + " block in this PEM text");
        }
        return Base64.getMimeDecoder().decode(pem.substring(start + begin.length(), end));
    }
}
