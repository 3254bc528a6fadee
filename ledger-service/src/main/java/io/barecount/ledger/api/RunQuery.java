package io.barecount.ledger.api;

import io.barecount.contracts.event.Json;
import io.barecount.ledger.store.RunFilter;
import io.barecount.ledger.view.Status;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.Problem;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.UUID;

/** Which runs somebody asks for, by the parameters of an address. */
public class RunQuery {
    @QueryParam("namespace")
    String namespace;

    @QueryParam("pipeline")
    String pipeline;

    @QueryParam("state")
    String state;

    @QueryParam("person")
    String person;

    @QueryParam("runner")
    String runner;

    @QueryParam("boundary")
    String boundary;

    @QueryParam("policy")
    String policy;

    @QueryParam("costCenter")
    String costCenter;

    @QueryParam("from")
    String from;

    @QueryParam("until")
    String until;

    RunFilter filter(Caller caller) {
        return new RunFilter(
                caller.within(namespace),
                pipeline,
                known(state),
                person,
                runner,
                boundary,
                policy,
                costCenter,
                time("from", from),
                time("until", until));
    }

    static Instant time(String name, String text) {
        if (text == null) {
            return null;
        }
        try {
            return text.matches("\\d{4}-\\d{2}-\\d{2}")
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw Problem.of(
                            400,
                            "bad-time",
                            "Bad time",
                            name + " is a day or a time in UTC, such as 2026-01-31 or 2026-01-31T12:00:00Z, found \""
                                    + text + "\".")
                    .exception();
        }
    }

    private static String known(String state) {
        var states = Arrays.stream(Status.State.values())
                .map(each -> Json.tree(each).asText())
                .toList();
        if (state != null && !states.contains(state)) {
            throw Problem.of(
                            400,
                            "bad-state",
                            "No such state",
                            "state is one of " + states + ", found \"" + state + "\".")
                    .exception();
        }
        return state;
    }

    static String text(RunFilter.After place) {
        return place.submittedAt() + "_" + place.run();
    }

    static RunFilter.After after(String text) {
        if (text == null) {
            return null;
        }
        try {
            var cut = text.indexOf('_');
            return new RunFilter.After(
                    Instant.parse(text.substring(0, Math.max(0, cut))), UUID.fromString(text.substring(cut + 1)));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw Problem.of(
                            400,
                            "bad-place",
                            "Bad place",
                            "after is what the page before said as next, found \"" + text + "\".")
                    .exception();
        }
    }
}
