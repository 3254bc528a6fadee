package io.barecount.contracts.proof;

import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.erdtman.jcs.JsonCanonicalizer;

/** The one byte form of a JSON value (RFC 8785): what is signed and hashed. */
public final class CanonicalJson {
    private CanonicalJson() {}

    /** Of a value as the codec writes it. */
    public static byte[] bytes(Object value) {
        return bytes(Json.bytes(value));
    }

    /** @throws IllegalArgumentException if the bytes are not JSON, or hold a number that JSON can't carry exactly */
    public static byte[] bytes(byte[] json) {
        try {
            return new JsonCanonicalizer(json).getEncodedUTF8();
        } catch (IOException e) {
            throw new IllegalArgumentException("no canonical form: " + e.getMessage(), e);
        }
    }

    /** As {@link #bytes(Object)}, as text. */
    public static String text(Object value) {
        try {
            return new JsonCanonicalizer(Json.bytes(value)).getEncodedString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
