package io.barecount.scheduler.api;

import io.barecount.messaging.http.Problem;
import io.barecount.scheduler.run.Status;
import io.barecount.scheduler.run.Summary;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What this service's API answers to what it can't do. */
final class Problems {
    private Problems() {}

    static Problem unknownRun(String run) {
        return Problem.of(
                404,
                "unknown-run",
                "Unknown run",
                "There is no run " + run
                        + " here. A submission becomes known here when it is decided on, usually within"
                        + " a second; see GET /submissions/" + run + " for whether it was taken, then try again.");
    }

    static Problem noRunId(String found) {
        return invalid("A run's id is a UUID, found '" + found + "'.");
    }

    static Problem unknownState(String found) {
        var allowed = Arrays.stream(Status.values())
                .map(status -> status.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        return invalid("The parameter 'state' is one of " + allowed + "; found '" + found + "'.");
    }

    static Problem limitOutOfRange(int most, String found) {
        return invalid("The parameter 'limit' is a number from 1 to " + most + ", found '" + found
                + "'. Read on with 'before' set to the answer's 'next'.");
    }

    static Problem unknownPage(String before) {
        return invalid("The parameter 'before' is the id of a run that a list showed, found '" + before
                + "'. Start again without it.");
    }

    static Problem unknownSchedule(String namespace, String pipeline) {
        return Problem.of(
                404,
                "unknown-schedule",
                "Unknown schedule",
                "No pipeline " + namespace + "/" + pipeline
                        + " is known here. Register it with triggers: PUT /pipelines/" + namespace + "/" + pipeline
                        + "; it is known here usually within a second.");
    }

    static Problem nothingToRedrive(String run, Summary summary) {
        var ended = summary.endedAt() != null;
        return Problem.of(
                409,
                "nothing-to-redrive",
                "Nothing to redrive",
                !ended
                        ? "The run " + run + " has not ended; what fails in it is redriven once it has."
                        : summary.tasks() == 0 || summary.succeeded() == summary.tasks()
                                ? "The run " + run + " ended as "
                                        + summary.status().name().toLowerCase(Locale.ROOT)
                                        + ", and has no task that could be run again."
                                : "The run " + run
                                        + " merges its tasks' outputs, and a merging task sees the outputs of"
                                        + " its own run alone: submit it again as a whole.");
    }

    static Problem invalid(String detail) {
        return Problem.of(400, "invalid-request", "Invalid request", detail);
    }
}
