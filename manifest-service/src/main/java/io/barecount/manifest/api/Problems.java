package io.barecount.manifest.api;

import io.barecount.contracts.manifest.Violation;
import io.barecount.manifest.redaction.Quoted;
import io.barecount.manifest.submission.Reading;
import io.barecount.messaging.http.Problem;
import java.util.List;

/** What this service's API answers to what it can't take. */
final class Problems {
    private Problems() {}

    static Problem unreadable(Reading.Illegible reading) {
        var first = reading.violations().get(0);
        return reading.isTooLarge()
                ? Problem.of(413, "too-large", "Too large", first.message() + ": " + first.hint(), reading.violations())
                : unreadable(reading.violations());
    }

    static Problem unreadable(List<Violation> violations) {
        var first = violations.get(0);
        return Problem.of(
                400,
                "unreadable",
                "Neither a manifest nor a submission",
                first.message() + ". " + first.hint(),
                violations);
    }

    static Problem invalid(List<Violation> violations) {
        var first = violations.get(0);
        return Problem.of(
                422,
                "invalid",
                "Not valid",
                (violations.size() == 1 ? "One violation" : violations.size() + " violations") + ", the first in line "
                        + first.line() + " at " + (first.pointer().isEmpty() ? "the top" : first.pointer()) + ": "
                        + first.message() + ". Nothing was stored; repair all of them and send it again.",
                violations);
    }

    static Problem otherContent(String what) {
        return Problem.of(
                409,
                "other-content",
                "Used before with other content",
                what
                        + " was used before for a submission with other content. Nothing was stored; use a new one for a new run.");
    }

    static Problem invalidRequest(String detail) {
        return Problem.of(400, "invalid-request", "Invalid request", detail + " Nothing was done.");
    }

    static Problem notFound(String what, String next) {
        return Problem.of(404, "not-found", "Not found", what + " " + next);
    }

    /** What {@link io.barecount.messaging.http.Caller#require} answers, of a line among others. */
    static Problem otherNamespace(String namespace) {
        return Problem.of(
                403,
                "not-allowed-here",
                "Not allowed here",
                "It takes the role developer in the namespace "
                        + (namespace == null ? "that the submission names, and it names none" : Quoted.text(namespace))
                        + ".");
    }
}
