package io.barecount.manifest.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.event.Json;
import io.barecount.manifest.document.Source;
import io.barecount.messaging.http.Problem;
import jakarta.ws.rs.core.Response;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jboss.logging.Logger;

/**
 * Takes submissions line by line. So many are on their way at once; the next line is read when the oldest is answered, so that neither a
 * quick sender nor a slow reader fills the memory.
 */
final class BulkSubmission {
    private static final Logger LOG = Logger.getLogger(BulkSubmission.class);
    private static final int AT_ONCE = 64;

    /** A submission document is no longer than a manifest and a payload. */
    private static final int LINE_BYTES_MAX = 2 * Source.SIZE_MAX;

    /** Answers one line. */
    interface Take {
        Response take(int line, String text);
    }

    private final Take take;

    BulkSubmission(Take take) {
        this.take = take;
    }

    void answer(InputStream body, OutputStream out) throws IOException {
        var lines = new BufferedInputStream(body);
        Deque<Future<byte[]>> going = new ArrayDeque<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var line = 0;
            for (var text = next(lines); text != null; text = next(lines)) {
                line++;
                if (text.isBlank()) {
                    continue;
                }
                var number = line;
                var content = text;
                going.add(threads.submit(() -> written(number, taken(number, content))));
                if (going.size() >= AT_ONCE) {
                    out.write(result(going.removeFirst()));
                    out.flush();
                }
            }
            while (!going.isEmpty()) {
                out.write(result(going.removeFirst()));
            }
            out.flush();
        }
    }

    private Response taken(int line, String text) {
        try {
            return take.take(line, text);
        } catch (RuntimeException e) {
            LOG.errorf(e, "line %d of a bulk submission", line);
            return Problem.of(
                            500,
                            "not-known",
                            "Not known whether it was taken",
                            "The service failed at this line. Send it again with the same Idempotency-Key: there will be one run.")
                    .response();
        }
    }

    private static byte[] result(Future<byte[]> answer) throws IOException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IOException("a line could not be answered", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the service stops", e);
        }
    }

    private static byte[] written(int line, Response response) {
        ObjectNode answer = Json.mapper().createObjectNode();
        answer.put("line", line).put("status", response.getStatus());
        answer.setAll((ObjectNode) Json.tree(response.getEntity()));
        return (answer + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Null at the end. A line that is too long is cut, and so refused as what it then is: too large to be read. */
    private static String next(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        var read = in.read();
        if (read < 0) {
            return null;
        }
        for (; read >= 0 && read != '\n'; read = in.read()) {
            if (line.size() <= LINE_BYTES_MAX) {
                line.write(read);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
