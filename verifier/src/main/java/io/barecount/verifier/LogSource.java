package io.barecount.verifier;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where a log in C2SP's tlog-tiles format is read from. Nothing it gives is trusted. Safe for several threads. */
@FunctionalInterface
public interface LogSource {
    /** The variable with a bearer's token, as the other commands have it. */
    String TOKEN = "BARECOUNT_TOKEN";

    /**
     * @param path below the log's prefix, such as {@code checkpoint} or {@code tile/0/000}
     * @throws IOException if there is no such resource, or it can't be read now
     */
    byte[] read(String path) throws IOException;

    /**
     * A server is shown the token of {@value #TOKEN}, if there is one.
     *
     * @param base with {@code http:} or {@code https:}, or {@code file:} for a copy of a log in a directory
     */
    static LogSource of(URI base) {
        return of(base, Optional.empty());
    }

    /** As {@link #of(URI)}. @param token that a server is shown rather than the variable's */
    static LogSource of(URI base, Optional<String> token) {
        return "file".equals(base.getScheme())
                ? ofDirectory(Path.of(base))
                : ofServer(base, token.or(() -> Optional.ofNullable(System.getenv(TOKEN))));
    }

    static LogSource ofDirectory(Path directory) {
        return path -> Files.readAllBytes(directory.resolve(path));
    }

    static LogSource ofServer(URI base) {
        return ofServer(base, Optional.empty());
    }

    /** @param token of a bearer, where the log tells its entries to those who may see them only */
    static LogSource ofServer(URI base, Optional<String> token) {
        var prefix = base.toString().endsWith("/") ? base.toString() : base + "/";
        var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        return path -> {
            var uri = URI.create(prefix + path);
            var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60));
            token.ifPresent(text -> request.header("Authorization", "Bearer " + text.strip()));
            try {
                var response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
                if (response.statusCode() != 200) {
                    throw new IOException(uri + " answers " + response.statusCode());
                }
                return response.body();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while reading " + uri, e);
            } catch (IOException e) {
                throw e.getMessage() != null && e.getMessage().contains(uri.toString())
                        ? e
                        : new IOException(uri + " can't be read: " + e, e);
            }
        };
    }
}
