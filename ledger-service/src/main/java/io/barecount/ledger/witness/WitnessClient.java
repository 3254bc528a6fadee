package io.barecount.ledger.witness;

import io.barecount.ledger.witness.Witnesses.Witness;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** Asks one witness, by C2SP tlog-witness. */
final class WitnessClient {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
    private static final int LINES_MAX = 16;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_MAX)
            .build();

    /** What a witness says. */
    sealed interface Answer {
        /** @param line its cosignature, checked to be one of this note */
        record Cosigned(String line) implements Answer {}

        /** It cosigned a checkpoint of this size last. */
        record LastWas(long size) implements Answer {}

        /** It doesn't, and says why. */
        record Refused(int status, String why) implements Answer {}
    }

    /**
     * @param old size of what it cosigned last
     * @param proof that the log went on from it
     * @throws IOException if it can't be reached, or answers what no witness does
     */
    Answer add(Witness witness, long old, List<byte[]> proof, String note) throws IOException, InterruptedException {
        var body = new StringBuilder("old ").append(old).append('\n');
        proof.forEach(
                hash -> body.append(Base64.getEncoder().encodeToString(hash)).append('\n'));
        body.append('\n').append(note);
        var request = HttpRequest.newBuilder(witness.address().resolve("add-checkpoint"))
                .timeout(ANSWER_MAX)
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        return switch (answer.statusCode()) {
            case 200 ->
                answer.body()
                        .lines()
                        .limit(LINES_MAX)
                        .filter(line -> witness.key().cosigned(note, line))
                        .findFirst()
                        .<Answer>map(Answer.Cosigned::new)
                        .orElseThrow(() -> new IOException("what it answers is no cosignature by "
                                + witness.key().name()));
            case 409 -> new Answer.LastWas(size(answer.body().strip()));
            default -> new Answer.Refused(answer.statusCode(), answer.body().strip());
        };
    }

    private static long size(String text) throws IOException {
        if (!text.matches("[0-9]{1,18}")) {
            throw new IOException("it answers no size with 409");
        }
        return Long.parseLong(text);
    }
}
