package io.barecount.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.event.MalformedEvent;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.NotProven;
import io.barecount.contracts.proof.VerifyingKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How one run went, in one file, as {@code GET /ledger/runs/<run>/proof} answers: checked with public keys alone, without any access to
 * the platform.
 *
 * <p>What is shown if it holds: each entry is in the log that the checkpoint names; nothing of the run started before its permit was
 * issued, or without one for exactly what was dispatched; no attempt started twice; and each execution's evidence is signed and speaks
 * of this attempt and of what was permitted. What is not: that the file has all entries of the run. Whoever wants that verifies the
 * whole log.
 */
record RunProof(String format, RunId run, String checkpoint, List<Entry> entries) {
    static final String FORMAT = "https://barecount.io/proof/run/v1";

    /**
     * @param payload what the leaf names by its digest; null if the leaf says it all
     * @param proof from the leaf to the root
     */
    record Entry(long seq, byte[] leaf, byte[] payload, List<byte[]> proof) {}

    /** Public halves of the keys that sign the log, permits and evidence; known from elsewhere than the file. */
    record Keys(VerifyingKey checkpoints, VerifyingKey permits, VerifyingKey evidence) {}

    /** @throws IllegalArgumentException if the file is no such proof */
    static RunProof parse(byte[] file) {
        var proof = Json.read(file, RunProof.class);
        if (!FORMAT.equals(proof.format) || proof.run == null || proof.checkpoint == null || proof.entries == null) {
            throw new IllegalArgumentException("a run's proof has the format " + FORMAT
                    + ", run, checkpoint and entries; found the format " + proof.format);
        }
        for (var entry : proof.entries) {
            if (entry.leaf == null || entry.proof == null) {
                throw new IllegalArgumentException("entry " + entry.seq + " lacks its leaf or its proof");
            }
        }
        return proof;
    }

    static boolean isOne(byte[] file) {
        return Json.read(file, JsonNode.class).path("format").asText().equals(FORMAT);
    }

    Verdict verify(String origin, Keys keys) {
        Checkpoint signed;
        try {
            signed = Checkpoint.verify(checkpoint, origin, keys.checkpoints);
        } catch (NotProven e) {
            return new Verdict(0, null, false, Map.of(), List.of(Finding.ofLog(e.getMessage())), null);
        }
        var findings = new ArrayList<Finding>();
        var byTopic = new TreeMap<String, Long>();
        var story = new Story(keys, findings);
        for (var entry : entries) {
            var place = EntryPlace.of(entry.leaf);
            byTopic.merge(place == null ? "unknown" : place.topicName(), 1L, Long::sum);
            var problem = problem(entry, signed);
            if (problem != null) {
                findings.add(Finding.ofEntry(entry.seq, place, problem));
            } else {
                story.add(entry, place);
            }
        }
        story.conclude();
        return new Verdict(signed.size(), Hashes.hex(signed.root()), findings.isEmpty(), byTopic, findings, checkpoint);
    }

    private static String problem(Entry entry, Checkpoint signed) {
        var leafHash = MerkleTree.leafHash(entry.leaf);
        if (!MerkleTree.includes(entry.seq, signed.size(), leafHash, entry.proof, signed.root())) {
            return "is not shown to be in the log of " + signed.size() + " entries: it or its proof was changed";
        }
        var named = Json.read(entry.leaf, JsonNode.class).path("dataDigest").path("sha256");
        if (entry.payload != null
                && !named.isMissingNode()
                && !named.asText().equals(Digest.of(entry.payload).hex())) {
            return "has other data than its leaf names";
        }
        return null;
    }

    /** What the entries say, and whether it fits. */
    private final class Story {
        private final Keys keys;
        private final List<Finding> findings;
        private final Map<AttemptId, Digest> dispatched = new HashMap<>();
        private final Map<AttemptId, Instant> started = new HashMap<>();
        private final List<Runnable> atTheEnd = new ArrayList<>();
        private Permit permit;

        private Story(Keys keys, List<Finding> findings) {
            this.keys = keys;
            this.findings = findings;
        }

        void add(Entry entry, EntryPlace place) {
            var data = data(entry);
            switch (data) {
                case DecisionEvent.Permitted permitted -> permit(entry, place, permitted);
                case DispatchEvent.Start start -> {
                    if (isOurs(entry, place, start.attempt())) {
                        dispatched.put(start.attempt(), start.spec().digest());
                    }
                }
                case ExecutionEvent.Started event -> {
                    if (isOurs(entry, place, event.attempt())
                            && started.putIfAbsent(event.attempt(), event.at()) != null) {
                        findings.add(Finding.ofEntry(entry.seq, place, "starts attempt " + event.attempt() + " again"));
                    }
                }
                case ExecutionEvent.Succeeded event -> evidence(entry, place, event.attempt(), event.evidence(), true);
                case ExecutionEvent.Failed event -> evidence(entry, place, event.attempt(), event.evidence(), false);
                case ExecutionEvent.Stopped event -> evidence(entry, place, event.attempt(), event.evidence(), false);
                case null, default -> {
                    // Submissions, manifests and the run's own events claim nothing that a signature has to back.
                }
            }
        }

        private boolean isOurs(Entry entry, EntryPlace place, AttemptId attempt) {
            if (!attempt.run().equals(run)) {
                findings.add(Finding.ofEntry(entry.seq, place, "is of another run, " + attempt.run()));
                return false;
            }
            return true;
        }

        private void permit(Entry entry, EntryPlace place, DecisionEvent.Permitted permitted) {
            try {
                var statement = permitted.permit().verify(List.of(keys.permits));
                var found = Json.fromTree(statement.predicate(), Permit.class);
                if (!found.run().equals(run)
                        || !found.spec().equals(permitted.spec().digest())) {
                    throw new NotProven("it is for another run or other content");
                }
                permit = found;
            } catch (NotProven | IllegalArgumentException e) {
                findings.add(Finding.ofEntry(entry.seq, place, "has a permit that does not hold: " + e.getMessage()));
            }
        }

        private void evidence(Entry entry, EntryPlace place, AttemptId attempt, Envelope envelope, boolean isRequired) {
            if (!isOurs(entry, place, attempt)) {
                return;
            }
            if (envelope == null) {
                if (isRequired) {
                    findings.add(
                            Finding.ofEntry(entry.seq, place, "tells a success of " + attempt + " without evidence"));
                }
                return;
            }
            try {
                var statement = envelope.verify(List.of(keys.evidence));
                var found = Json.fromTree(statement.predicate(), Evidence.class);
                if (!found.attempt().equals(attempt)) {
                    throw new NotProven("it is of attempt " + found.attempt());
                }
                atTheEnd.add(() -> {
                    if (permit != null && !permit.spec().equals(found.spec())) {
                        findings.add(
                                Finding.ofEntry(entry.seq, place, "has evidence of other content than was permitted"));
                    }
                });
            } catch (NotProven | IllegalArgumentException e) {
                findings.add(Finding.ofEntry(
                        entry.seq, place, "has evidence of " + attempt + " that does not hold: " + e.getMessage()));
            }
        }

        void conclude() {
            atTheEnd.forEach(Runnable::run);
            var attempts = new HashSet<>(dispatched.keySet());
            attempts.addAll(started.keySet());
            if (attempts.isEmpty()) {
                return;
            }
            if (permit == null) {
                findings.add(Finding.ofLog("run " + run + " was dispatched, and the file shows no permit for it"));
                return;
            }
            dispatched.forEach((attempt, spec) -> {
                if (!spec.equals(permit.spec())) {
                    findings.add(Finding.ofLog(
                            "attempt " + attempt + " was dispatched with other content than was permitted"));
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

        /** Null for an entry that holds no event, or whose data is not in the file. */
        private static Object data(Entry entry) {
            var leaf = Json.read(entry.leaf, JsonNode.class);
            var value = leaf.has("data") ? Json.bytes(leaf.get("data")) : entry.payload;
            var topic = Topic.named(leaf.path("topic").asText());
            if (topic.isEmpty() || value == null || !leaf.path("headers").isObject()) {
                return null;
            }
            var headers = new HashMap<String, String>();
            leaf.get("headers")
                    .properties()
                    .forEach(header ->
                            headers.put(header.getKey(), header.getValue().asText()));
            try {
                return EventCodec.decode(topic.get(), headers, value).data();
            } catch (MalformedEvent e) {
                return null;
            }
        }
    }
}
