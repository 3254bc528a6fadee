package io.barecount.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.AttemptId;
import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.event.MalformedEvent;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.NotProven;
import io.barecount.contracts.proof.VerifyingKey;
import io.barecount.contracts.run.RunEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the entries of a run's proof say, and whether it fits together and is whole. */
final class RunStory {
    private final RunId run;
    private final RunProof.Keys keys;
    private final List<Finding> findings;
    private final Map<AttemptId, Digest> dispatched = new HashMap<>();
    private final Map<AttemptId, Instant> started = new HashMap<>();
    private final Set<AttemptId> ended = new HashSet<>();

    /** What each service told of the run, or of one of its attempts, by the numbers it gave. */
    private final Map<String, TreeSet<Long>> told = new TreeMap<>();

    private final Set<String> runners = new TreeSet<>();
    private final List<Runnable> atTheEnd = new ArrayList<>();
    private Permit permit;
    private RunEvent end;

    RunStory(RunId run, RunProof.Keys keys, List<Finding> findings) {
        this.run = run;
        this.keys = keys;
        this.findings = findings;
    }

    void add(RunProof.Entry entry, EntryPlace place) {
        var event = event(entry);
        if (event == null) {
            if (place != null && place.topicName().equals(Topic.SUBMISSIONS.topicName())) {
                // What a publisher sent need not be an event: the manifest's acceptance says what was made of it.
                return;
            }
            findings.add(Finding.ofEntry(entry.seq(), place, "holds no event that can be read: its data is missing"));
            return;
        }
        count(entry, place, event);
        switch (event.data()) {
            case DecisionEvent.Permitted permitted -> permit(entry, place, permitted);
            case DispatchEvent.Start start -> {
                if (isOurs(entry, place, start.attempt())) {
                    dispatched.put(start.attempt(), start.spec().digest());
                }
            }
            case ExecutionEvent.Started begun -> {
                if (isOurs(entry, place, begun.attempt()) && started.putIfAbsent(begun.attempt(), begun.at()) != null) {
                    findings.add(Finding.ofEntry(entry.seq(), place, "starts attempt " + begun.attempt() + " again"));
                }
            }
            case ExecutionEvent.Succeeded done -> evidence(entry, place, done.attempt(), done.evidence(), true);
            case ExecutionEvent.Failed done -> evidence(entry, place, done.attempt(), done.evidence(), false);
            case ExecutionEvent.Stopped done -> evidence(entry, place, done.attempt(), done.evidence(), false);
            case RunEvent state -> state(entry, place, state);
            default -> {
                // Submissions and manifests claim nothing that a signature has to back.
            }
        }
    }

    /** A service numbers what it tells of a run, the gateway of an attempt, from 1 on: what is left out leaves a gap. */
    private void count(RunProof.Entry entry, EntryPlace place, Event<?> event) {
        if (event.sequence() <= 0) {
            return;
        }
        var about = event.data() instanceof ExecutionEvent execution ? execution.attempt() : run;
        if (!told.computeIfAbsent(event.source() + " of " + about, key -> new TreeSet<>())
                .add(event.sequence())) {
            findings.add(Finding.ofEntry(
                    entry.seq(), place, "is told a second time: number " + event.sequence() + " of " + event.source()));
        }
    }

    private boolean isOurs(RunProof.Entry entry, EntryPlace place, AttemptId attempt) {
        return isOurs(entry, place, attempt.run());
    }

    private boolean isOurs(RunProof.Entry entry, EntryPlace place, RunId other) {
        if (!other.equals(run)) {
            findings.add(Finding.ofEntry(entry.seq(), place, "is of another run, " + other));
            return false;
        }
        return true;
    }

    private void state(RunProof.Entry entry, EntryPlace place, RunEvent state) {
        if (!isOurs(entry, place, state.run())
                || state instanceof RunEvent.Queued
                || state instanceof RunEvent.Running) {
            return;
        }
        if (end != null) {
            findings.add(Finding.ofEntry(entry.seq(), place, "ends the run again: it was " + name(end)));
        }
        end = state;
    }

    private void permit(RunProof.Entry entry, EntryPlace place, DecisionEvent.Permitted permitted) {
        try {
            var statement = permitted.permit().verify(List.of(keys.permits()));
            var found = Json.fromTree(statement.predicate(), Permit.class);
            if (!found.run().equals(run)
                    || !found.spec().equals(permitted.spec().digest())) {
                throw new NotProven("it is for another run or other content");
            }
            permit = found;
        } catch (NotProven | IllegalArgumentException e) {
            findings.add(Finding.ofEntry(entry.seq(), place, "has a permit that does not hold: " + e.getMessage()));
        }
    }

    private void evidence(
            RunProof.Entry entry, EntryPlace place, AttemptId attempt, Envelope envelope, boolean isRequired) {
        if (!isOurs(entry, place, attempt)) {
            return;
        }
        ended.add(attempt);
        if (envelope == null) {
            if (isRequired) {
                findings.add(
                        Finding.ofEntry(entry.seq(), place, "tells a success of " + attempt + " without evidence"));
            }
            return;
        }
        try {
            var statement = envelope.verify(List.of(keys.evidence()));
            var found = Json.fromTree(statement.predicate(), Evidence.class);
            if (!found.attempt().equals(attempt)) {
                throw new NotProven("it is of attempt " + found.attempt());
            }
            saidByItsAgent(found);
            runners.add(Json.tree(found.runnerType()).asText() + " (" + found.provider() + ")");
            atTheEnd.add(() -> {
                if (permit != null && !permit.spec().equals(found.spec())) {
                    findings.add(
                            Finding.ofEntry(entry.seq(), place, "has evidence of other content than was permitted"));
                }
            });
        } catch (NotProven | IllegalArgumentException e) {
            findings.add(Finding.ofEntry(
                    entry.seq(), place, "has evidence of " + attempt + " that does not hold: " + e.getMessage()));
        }
    }

    /**
     * Where an agent ran it, what the gateway attests is what that agent signed.
     *
     * @throws NotProven if it is not
     */
    private static void saidByItsAgent(Evidence evidence) {
        if (evidence.agentStatement() == null) {
            return;
        }
        var key = VerifyingKey.ofPem(evidence.agentStatement().publicKey());
        var statement = evidence.agentStatement().envelope().verify(List.of(key));
        var report = statement.predicate(Report.PREDICATE_TYPE, Report.class, evidence.spec());
        if (!statement.subject().get(0).name().equals(evidence.attempt().toString())) {
            throw new NotProven(
                    "its agent signed a report of " + statement.subject().get(0).name());
        }
        if (!report.agent().equals(evidence.runner())
                || !report.outputs().equals(evidence.outputs())
                || !Objects.equals(report.exitCode(), evidence.exitCode())
                || !Objects.equals(report.log(), evidence.log())
                || !Objects.equals(report.startedAt(), evidence.startedAt())
                || !Objects.equals(report.endedAt(), evidence.endedAt())) {
            throw new NotProven("its agent signed another report than is attested");
        }
    }

    /** To be called once all entries were added. @return null if they do not say how the run ended */
    ProvenRun conclude() {
        atTheEnd.forEach(Runnable::run);
        whole();
        permitted();
        return end == null ? null : shown();
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
            if (end instanceof RunEvent.Succeeded) {
                findings.add(Finding.ofLog("run " + run + " succeeded, and the file shows nothing that was started"));
            }
            return;
        }
        if (permit == null) {
            findings.add(Finding.ofLog("run " + run + " was dispatched, and the file shows no permit for it"));
            return;
        }
        dispatched.forEach((attempt, spec) -> {
            if (!spec.equals(permit.spec())) {
                findings.add(
                        Finding.ofLog("attempt " + attempt + " was dispatched with other content than was permitted"));
            }
        });
        started.forEach((attempt, at) -> {
            if (at.isBefore(permit.issuedAt())) {
                findings.add(Finding.ofLog("attempt " + attempt + " started at " + at
                        + ", before its permit was issued at " + permit.issuedAt()));
            }
            if (!dispatched.containsKey(attempt)) {
                findings.add(Finding.ofLog(
                        "attempt " + attempt + " started, and the file does not show what was dispatched"));
            }
        });
    }

    private ProvenRun shown() {
        Money cost = null;
        String reason = null;
        switch (end) {
            case RunEvent.Succeeded succeeded -> cost = succeeded.cost();
            case RunEvent.Failed failed -> {
                cost = failed.cost();
                reason = failed.reason();
            }
            case RunEvent.Cancelled cancelled -> {
                cost = cancelled.cost();
                reason = cancelled.reason();
            }
            case RunEvent.Denied denied -> reason = denied.reason();
            case RunEvent.Rejected rejected -> reason = rejected.reason();
            case RunEvent.Queued queued -> throw new IllegalStateException("no end: " + queued);
            case RunEvent.Running running -> throw new IllegalStateException("no end: " + running);
        }
        return new ProvenRun(
                run,
                end.namespace(),
                end.pipeline(),
                name(end),
                end.at(),
                permit == null ? null : permit.issuedAt(),
                started.size(),
                runners,
                cost,
                reason);
    }

    private static String name(RunEvent event) {
        return event.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** Null for an entry that holds no event, or whose data is not in the file. */
    private static Event<?> event(RunProof.Entry entry) {
        var leaf = Json.read(entry.leaf(), JsonNode.class);
        var value = leaf.has("data") ? Json.bytes(leaf.get("data")) : entry.payload();
        var topic = Topic.named(leaf.path("topic").asText());
        if (topic.isEmpty() || value == null || !leaf.path("headers").isObject()) {
            return null;
        }
        var headers = new HashMap<String, String>();
        leaf.get("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        try {
            return EventCodec.decode(topic.get(), headers, value);
        } catch (MalformedEvent e) {
            return null;
        }
    }
}
