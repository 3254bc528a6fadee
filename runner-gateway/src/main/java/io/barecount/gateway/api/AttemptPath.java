package io.barecount.gateway.api;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.messaging.http.Problem;

/** The attempt that an address names. */
final class AttemptPath {
    private AttemptPath() {}

    static AttemptId of(String run, int index, int number) {
        try {
            return RunId.parse(run).task(index).attempt(number);
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, "attempt-id", "No attempt id", e.getMessage()).exception();
        }
    }
}
