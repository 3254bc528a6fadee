package io.barecount.oracle;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** A request, read to its end. */
final class Request {
    private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^,\\s]+)");
    private final String method;
    private final String path;
    private final Map<String, String> query;
    private final Headers headers;
    private final byte[] body;

    private Request(String method, String path, Map<String, String> query, Headers headers, byte[] body) {
        this.method = method;
        this.path = path;
        this.query = query;
        this.headers = headers;
        this.body = body;
    }

    static Request read(HttpExchange exchange) throws IOException {
        var uri = exchange.getRequestURI();
        return new Request(
                exchange.getRequestMethod(),
                uri.getRawPath(),
                fields(uri.getRawQuery()),
                exchange.getRequestHeaders(),
                exchange.getRequestBody().readAllBytes());
    }

    String method() {
        return method;
    }

    /** As it came, still encoded. */
    String path() {
        return path;
    }

    Map<String, String> query() {
        return query;
    }

    /** Null if there is none. */
    String header(String name) {
        return headers.getFirst(name);
    }

    Headers headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    /** The fields of a form in the body; none if it is no form. */
    Map<String, String> form() {
        var type = header("Content-Type");
        return type != null && type.startsWith("application/x-www-form-urlencoded")
                ? fields(new String(body, StandardCharsets.UTF_8))
                : Map.of();
    }

    /** The access key that it was signed with; null if it wasn't. */
    String caller() {
        var matcher = CREDENTIAL.matcher(String.valueOf(header("Authorization")));
        var credential = matcher.find() ? matcher.group(1) : query.get("X-Amz-Credential");
        return credential == null ? null : credential.replaceFirst("/.*", "");
    }

    static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static Map<String, String> fields(String text) {
        var fields = new LinkedHashMap<String, String>();
        if (text != null) {
            for (var field : text.split("&", -1)) {
                var equals = field.indexOf('=');
                if (equals >= 0) {
                    fields.put(decoded(field.substring(0, equals)), decoded(field.substring(equals + 1)));
                } else if (!field.isEmpty()) {
                    fields.put(decoded(field), "");
                }
            }
        }
        return fields;
    }
}
