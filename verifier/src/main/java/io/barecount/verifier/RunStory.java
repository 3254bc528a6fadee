package io.barecount.verifier;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the entries of a run's proof say, and whether it fits together and is whole. */
final class RunStory {
    private static final String PERMIT = "https://barecount.io/attestation/permit/v1";
    private static final String EXECUTION = "https://barecount.io/attestation/execution/v1";
    private static final String AGENT_REPORT = "https://barecount.io/attestation/agent-report/v1";

    private final String run;
    private final Trust trust;
    private final List<Finding> findings;
    private final Map<String, Dispatched> dispatched = new HashMap<>();
    private final Map<String, Instant> started = new HashMap<>();
    private final Set<String> ended = new HashSet<>();

    /** What each service told of the run, or of one of its attempts, by the numbers it gave. */
    private final Map<String, TreeSet<Long>> told = new TreeMap<>();

    private final Set<String> runners = new TreeSet<>();
    private final List<Runnable> atTheEnd = new ArrayList<>();
    private Permit permit;

    /** Digest of the spec that intake accepted; null while that was not told. */
    private String accepted;

    private End end;

    RunStory(String run, Trust trust, List<Finding> findings) {
        this.run = run;
        this.trust = trust;
        this.findings = findings;
    }

    /** @param declared digest of the spec whose runner was left to governance; the same as {@code spec} where none was */
    private record Permit(String spec, String declared, String boundary, String estimate, Instant issuedAt) {}

    /** By their digests. */
    private record Dispatched(String spec, String boundary, String estimate) {}

    /** @param state the event's name, such as {@code succeeded} */
    private record End(String state, Json data) {}

    /** One event, and where it was found. */
    private record Told(RunProof.Entry entry, EntryPlace place, String type, String source, long sequence, Json data) {
        Finding finding(String field, String problem) {
            return Finding.ofEntry(entry.seq(), place, field, problem);
        }
    }

    void add(RunProof.Entry entry, EntryPlace place) {
        Told event;
        try {
            event = event(entry, place);
        } catch (NotProven e) {
            if (place != null && place.topicName().equals("barecount.submissions")) {
                // What a publisher sent need not be an event: the manifest's acceptance says what was made of it.
                return;
            }
            findings.add(Finding.ofEntry(
                    entry.seq(),
                    place,
                    null,
                    "holds no event that can be read: its data is missing (" + e.getMessage() + ")"));
            return;
        }
        try {
            count(event);
            tell(event);
        } catch (NotProven | DateTimeException e) {
            findings.add(
                    event.finding("/data", "is no " + event.type + " as this verifier knows it: " + e.getMessage()));
        }
    }

    private static Told event(RunProof.Entry entry, EntryPlace place) {
        var leaf = Json.parse(entry.leaf());
        var headers = leaf.at("headers");
        var type = headers.at("ce_type").text();
        if (place == null || !type.startsWith(place.topicName() + ".")) {
            throw new NotProven("an event of type " + type + " is not of this topic");
        }
        var sequence = headers.at("ce_sequence").text();
        if (!sequence.matches("[0-9]{1,18}")) {
            throw new NotProven("ce_sequence is \"" + sequence + "\"");
        }
        var data = leaf.at("data");
        if (!data.isPresent()) {
            if (entry.payload() == null) {
                throw new NotProven("neither the leaf nor the file has it");
            }
            data = Json.parse(entry.payload());
        }
        return new Told(entry, place, type, headers.at("ce_source").text(), Long.parseLong(sequence), data);
    }

    private void tell(Told event) {
        switch (event.type) {
            case "barecount.manifests.accepted" -> {
                if (isOurs(event, event.data.at("run").text())) {
                    accepted = Dsse.digest(event.data.at("spec"));
                }
            }
            case "barecount.decisions.permitted" -> permit(event);
            case "barecount.dispatches.start" -> {
                if (isOurs(event, ofAttempt(event))) {
                    dispatched.put(event.data.at("attempt").text(), what(event));
                }
            }
            case "barecount.dispatches.startall" -> {
                var what = what(event);
                for (var each : event.data.at("attempts").items()) {
                    var attempt = each.text();
                    if (isOurs(event, runOf(attempt))) {
                        dispatched.put(attempt, what);
                    }
                }
            }
            case "barecount.executions.started" -> {
                var attempt = event.data.at("attempt").text();
                if (isOurs(event, ofAttempt(event)) && started.putIfAbsent(attempt, time(event.data, "at")) != null) {
                    findings.add(event.finding("/data/attempt", "starts attempt " + attempt + " again"));
                }
            }
            case "barecount.executions.succeeded" -> evidence(event, true);
            case "barecount.executions.failed", "barecount.executions.stopped" -> evidence(event, false);
            case "barecount.runs.succeeded",
                    "barecount.runs.failed",
                    "barecount.runs.cancelled",
                    "barecount.runs.denied",
                    "barecount.runs.rejected" -> end(event);
            default -> {
                // Submissions and what lies between claim nothing that a signature has to back.
            }
        }
    }

    private static Instant time(Json data, String field) {
        return Instant.parse(data.at(field).text());
    }

    /** A service numbers what it tells of a run, the gateway of an attempt, from 1 on: what is left out leaves a gap. */
    private void count(Told event) {
        if (event.sequence <= 0) {
            return;
        }
        var about = event.place.topicName().equals("barecount.executions")
                ? event.data.at("attempt").text()
                : run;
        if (!told.computeIfAbsent(event.source + " of " + about, key -> new TreeSet<>())
                .add(event.sequence)) {
            findings.add(event.finding(
                    "/headers/ce_sequence", "is told a second time: number " + event.sequence + " of " + event.source));
        }
    }

    private static Dispatched what(Told event) {
        var data = event.data;
        return new Dispatched(
                Dsse.digest(data.at("spec")), Dsse.digest(data.at("boundary")), Dsse.digest(data.at("estimate")));
    }

    private static String ofAttempt(Told event) {
        return runOf(event.data.at("attempt").text());
    }

    private static String runOf(String attempt) {
        return attempt.substring(0, Math.max(0, attempt.indexOf('/')));
    }

    private boolean isOurs(Told event, String other) {
        if (!other.equals(run)) {
            findings.add(event.finding("/data", "is of another run, " + other));
            return false;
        }
        return true;
    }

    private void end(Told event) {
        if (!isOurs(event, event.data.at("run").text())) {
            return;
        }
        if (end != null) {
            findings.add(event.finding(null, "ends the run again: it was " + end.state));
        }
        end = new End(event.type.substring(event.type.lastIndexOf('.') + 1), event.data);
    }

    private void permit(Told event) {
        try {
            var statement = Dsse.verify(event.data.at("permit"), PERMIT, trust.permits());
            var found = statement.predicate();
            var spec = Dsse.digest(event.data.at("spec"));
            require("run", run, found.at("run").text());
            require("run", run, event.data.at("run").text());
            require("content", spec, found.at("spec").text());
            require("subject", spec, statement.digest());
            require(
                    "manifest",
                    Dsse.digest(event.data.at("spec").at("manifest")),
                    found.at("manifest").text());
            require(
                    "boundary",
                    Dsse.digest(event.data.at("boundary")),
                    found.at("boundary").text());
            require(
                    "estimate",
                    Dsse.digest(event.data.at("estimate")),
                    found.at("estimate").text());
            require(
                    "policy set",
                    event.data.at("policySet").text(),
                    found.at("policySet").text());
            var declared = found.at("declared");
            permit = new Permit(
                    spec,
                    declared.isPresent() ? declared.text() : spec,
                    found.at("boundary").text(),
                    found.at("estimate").text(),
                    time(found, "issuedAt"));
        } catch (NotProven | DateTimeException e) {
            findings.add(event.finding("/data/permit", "has a permit that does not hold: " + e.getMessage()));
        }
    }

    private static void require(String what, String expected, String found) {
        if (!expected.equals(found)) {
            throw new NotProven("it is for another " + what + ", " + found + " instead of " + expected);
        }
    }

    private void evidence(Told event, boolean isRequired) {
        if (!isOurs(event, ofAttempt(event))) {
            return;
        }
        var attempt = event.data.at("attempt").text();
        ended.add(attempt);
        var envelope = event.data.at("evidence");
        if (!envelope.isPresent()) {
            if (isRequired) {
                findings.add(event.finding("/data/evidence", "tells a success of " + attempt + " without evidence"));
            }
            return;
        }
        try {
            var statement = Dsse.verify(envelope, EXECUTION, trust.evidence());
            var found = statement.predicate();
            if (!found.at("attempt").text().equals(attempt)) {
                throw new NotProven("it is of attempt " + found.at("attempt").text());
            }
            require("content", found.at("spec").text(), statement.digest());
            saidByItsAgent(found);
            runners.add(
                    found.at("runnerType").text() + " (" + found.at("provider").text() + ")");
            var spec = found.at("spec").text();
            atTheEnd.add(() -> {
                if (permit != null && !permit.spec.equals(spec)) {
                    findings.add(event.finding("/data/evidence", "has evidence of other content than was permitted"));
                }
            });
        } catch (NotProven e) {
            findings.add(event.finding(
                    "/data/evidence", "has evidence of " + attempt + " that does not hold: " + e.getMessage()));
        }
    }

    /**
     * Where an agent ran it, what the gateway attests is what that agent signed.
     *
     * @throws NotProven if it is not
     */
    private static void saidByItsAgent(Json evidence) {
        var said = evidence.at("agentStatement");
        if (!said.isPresent()) {
            return;
        }
        var key = PublicKey.ofPem(said.at("publicKey").text());
        var statement = Dsse.verify(said.at("envelope"), AGENT_REPORT, key);
        require("content", evidence.at("spec").text(), statement.digest());
        require("attempt", evidence.at("attempt").text(), statement.subject());
        var report = statement.predicate();
        if (!report.at("agent").equals(evidence.at("runner"))) {
            throw new NotProven("another agent signed the report than is attested");
        }
        for (var field : List.of("outputs", "exitCode", "log", "startedAt", "endedAt")) {
            if (!report.at(field).equals(evidence.at(field))) {
                throw new NotProven("its agent signed another report than is attested: " + field + " differs");
            }
        }
    }

    /** To be called once all entries were added. @return null if they do not say how the run ended */
    ProvenRun conclude() {
        atTheEnd.forEach(Runnable::run);
        whole();
        permitted();
        try {
            return end == null ? null : shown();
        } catch (NotProven | DateTimeException e) {
            findings.add(Finding.ofLog("how the run ended can't be read: " + e.getMessage()));
            return null;
        }
    }

    private void whole() {
        told.forEach((who, numbers) -> {
            if (numbers.last() != numbers.size()) {
                findings.add(Finding.ofLog("entries are missing: " + who + " told " + numbers.last()
                        + " things, and the file shows " + numbers.size() + " of them"));
            }
        });
        if (end == null) {
            findings.add(Finding.ofLog("the file does not show how run " + run
                    + " ended: it had not ended when the file was written, or the end was left out"));
            return;
        }
        var open = new HashSet<>(started.keySet());
        open.addAll(dispatched.keySet());
        open.removeAll(ended);
        open.forEach(attempt -> findings.add(
                Finding.ofLog("attempt " + attempt + " was " + (started.containsKey(attempt) ? "started" : "dispatched")
                        + ", and the file does not show how it ended")));
    }

    private void permitted() {
        var attempts = new HashSet<>(dispatched.keySet());
        attempts.addAll(started.keySet());
        if (attempts.isEmpty()) {
            if (end != null && end.state.equals("succeeded")) {
                findings.add(Finding.ofLog("run " + run + " succeeded, and the file shows nothing that was started"));
            }
            return;
        }
        if (permit == null) {
            findings.add(Finding.ofLog("run " + run + " was dispatched, and the file shows no permit for it"));
            return;
        }
        if (accepted != null && !accepted.equals(permit.declared)) {
            findings.add(Finding.ofLog("the permit is for " + permit.declared + ", and what intake accepted is "
                    + accepted + ": another content was permitted than was submitted"));
        }
        dispatched.forEach((attempt, what) -> {
            requireSame(attempt, "content", what.spec, permit.spec);
            requireSame(attempt, "boundary", what.boundary, permit.boundary);
            requireSame(attempt, "estimate", what.estimate, permit.estimate);
        });
        started.forEach((attempt, at) -> {
            if (at.isBefore(permit.issuedAt)) {
                findings.add(Finding.ofLog("attempt " + attempt + " started at " + at
                        + ", before its permit was issued at " + permit.issuedAt));
            }
            if (!dispatched.containsKey(attempt)) {
                findings.add(Finding.ofLog(
                        "attempt " + attempt + " started, and the file does not show what was dispatched"));
            }
        });
    }

    private void requireSame(String attempt, String what, String dispatchedWith, String permittedWith) {
        if (!dispatchedWith.equals(permittedWith)) {
            findings.add(
                    Finding.ofLog("attempt " + attempt + " was dispatched with other " + what + " than was permitted"));
        }
    }

    private ProvenRun shown() {
        var cost = end.data.at("cost");
        return new ProvenRun(
                run,
                end.data.at("namespace").textOrNull(),
                end.data.at("pipeline").textOrNull(),
                end.state,
                time(end.data, "at"),
                permit == null ? null : permit.issuedAt,
                started.size(),
                runners,
                cost.isPresent()
                        ? cost.at("amount").text() + " " + cost.at("currency").text()
                        : null,
                end.data.at("reason").textOrNull());
    }
}
