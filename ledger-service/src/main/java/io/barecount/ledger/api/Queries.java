package io.barecount.ledger.api;

import io.barecount.contracts.RunId;
import io.barecount.messaging.http.Problem;

/** What callers ask for, checked. */
final class Queries {
    private Queries() {}

    static int limit(int limit, int most) {
        if (limit < 1 || limit > most) {
            throw Problem.of(
                            400,
                            "bad-limit",
                            "Bad limit",
                            "limit is between 1 and " + most + ", found " + limit + ". Ask again for the rest.")
                    .exception();
        }
        return limit;
    }

    static RunId run(String text) {
        try {
            return RunId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, "bad-run-id", "No run id", "A run's id is a UUID, found \"" + text + "\".")
                    .exception();
        }
    }
}
