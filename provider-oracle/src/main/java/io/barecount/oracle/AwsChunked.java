package io.barecount.oracle;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** An upload in S3's own chunks, {@code size;chunk-signature=...}, with headers that trail. */
final class AwsChunked {
    private final byte[] body;
    private final Map<String, String> trailers;

    private AwsChunked(byte[] body, Map<String, String> trailers) {
        this.body = body;
        this.trailers = trailers;
    }

    byte[] body() {
        return body;
    }

    Map<String, String> trailers() {
        return trailers;
    }

    static boolean is(Request request) {
        var digest = request.header("x-amz-content-sha256");
        return digest != null && digest.startsWith("STREAMING-");
    }

    static AwsChunked decode(byte[] encoded) {
        var body = new ByteArrayOutputStream(encoded.length);
        var at = 0;
        while (true) {
            var line = line(encoded, at);
            at += line.length() + 2;
            var semicolon = line.indexOf(';');
            var size = size(semicolon < 0 ? line : line.substring(0, semicolon));
            if (size == 0) {
                return new AwsChunked(body.toByteArray(), trailers(encoded, at));
            }
            if (at + size > encoded.length) {
                throw broken();
            }
            body.write(encoded, at, size);
            at += size + 2;
        }
    }

    private static Map<String, String> trailers(byte[] encoded, int from) {
        var trailers = new LinkedHashMap<String, String>();
        new String(encoded, from, encoded.length - from, StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> {
                    var colon = line.indexOf(':');
                    if (colon > 0) {
                        trailers.put(
                                line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                                line.substring(colon + 1).strip());
                    }
                });
        return trailers;
    }

    private static String line(byte[] encoded, int from) {
        for (var i = from; i + 1 < encoded.length; i++) {
            if (encoded[i] == '\r' && encoded[i + 1] == '\n') {
                return new String(encoded, from, i - from, StandardCharsets.UTF_8);
            }
        }
        throw broken();
    }

    private static int size(String hexadecimal) {
        try {
            return Integer.parseInt(hexadecimal.strip(), 16);
        } catch (NumberFormatException e) {
            throw broken();
        }
    }

    private static ApiError broken() {
        return new ApiError(400, "IncompleteBody", "The request body is not in chunks.");
    }
}
