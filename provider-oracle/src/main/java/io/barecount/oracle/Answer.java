package io.barecount.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What goes back over the wire. */
final class Answer {
    private final int status;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final byte[] body;

    Answer(int status, byte[] body) {
        this.status = status;
        this.body = body;
    }

    static Answer empty(int status) {
        return new Answer(status, new byte[0]);
    }

    static Answer json(int status, JsonNode body) {
        return new Answer(status, body.toString().getBytes(StandardCharsets.UTF_8))
                .with("Content-Type", "application/json");
    }

    static Answer xml(int status, String body) {
        return new Answer(status, body.getBytes(StandardCharsets.UTF_8)).with("Content-Type", "text/xml");
    }

    /** A null value is left out. */
    Answer with(String header, String value) {
        if (value != null) {
            headers.put(header, value);
        }
        return this;
    }

    Answer with(Map<String, String> more) {
        headers.putAll(more);
        return this;
    }

    /** As this one, but with a body that nobody can parse. */
    Answer garbled() {
        return new Answer(200, "{<\u0007 this is neither JSON nor XML".getBytes(StandardCharsets.UTF_8)).with(headers);
    }

    void send(HttpExchange exchange) throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        if (body.length == 0 || exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
