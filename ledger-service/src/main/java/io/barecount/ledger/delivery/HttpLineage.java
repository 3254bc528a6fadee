package io.barecount.ledger.delivery;

import io.barecount.ledger.store.LineageOutbox;
import io.barecount.ledger.store.LineageOutbox.Sent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Posts events as OpenLineage's HTTP transport does. */
final class HttpLineage implements LineageOutbox.Sender {
    private static final Logger LOG = Logger.getLogger(HttpLineage.class);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final int ANSWER_SHOWN_MAX = 500;

    /** Answers that say nothing of the event itself. */
    private static final Set<Integer> PASSING = Set.of(401, 403, 404, 408, 425, 429);

    private final URI url;
    private final Optional<Path> tokenFile;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    HttpLineage(URI url, Optional<Path> tokenFile) {
        this.url = url;
        this.tokenFile = tokenFile;
    }

    @Override
    public Sent send(LineageOutbox.Unsent event) {
        try {
            var request = HttpRequest.newBuilder(url)
                    .timeout(ANSWER_MAX)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(event.event()));
            if (tokenFile.isPresent()) {
                request.header(
                        "Authorization",
                        "Bearer " + Files.readString(tokenFile.get()).strip());
            }
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return judge(answer.statusCode(), answer.body());
        } catch (IOException e) {
            LOG.warnf("%s can't be reached: %s", url, e);
            return new Sent.Later();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Sent.Later();
        }
    }

    private Sent judge(int status, String body) {
        if (status / 100 == 2) {
            return new Sent.Done();
        }
        var said = url + " answers " + status + ": " + body.substring(0, Math.min(body.length(), ANSWER_SHOWN_MAX));
        if (status / 100 == 4 && !PASSING.contains(status)) {
            return new Sent.Refused(said);
        }
        LOG.warn(said);
        return new Sent.Later();
    }
}
