package io.barecount.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * How one run went, in one file, as {@code GET /ledger/runs/<run>/proof} answers: checked with public keys alone, without any access to
 * the platform.
 *
 * <p>What is shown if it holds: each entry is in the log that the checkpoint names; nothing of the run started before its permit was
 * issued, or without one for exactly what was dispatched; no attempt started twice; each execution's evidence is signed and speaks of
 * this attempt and of what was permitted; and nothing was left out, from what the run was accepted by to its end: each service numbers
 * what it tells of a run. A run that has not ended is not proven.
 */
record RunProof(String run, String checkpoint, List<Entry> entries) {
    static final String FORMAT = "https://barecount.io/proof/run/v1";

    /**
     * @param payload what the leaf names by its digest; null if the leaf says it all
     * @param proof from the leaf to the root
     */
    record Entry(long seq, byte[] leaf, byte[] payload, List<byte[]> proof) {
        static Entry parse(Json entry) {
            entry.requireFields("an entry", "seq", "leaf", "payload", "proof");
            return new Entry(
                    entry.at("seq").integer(),
                    entry.at("leaf").bytes(),
                    entry.at("payload").isPresent() ? entry.at("payload").bytes() : null,
                    entry.at("proof").items().stream().map(Json::bytes).toList());
        }
    }

    /** @throws NotProven if the file is no such proof */
    static RunProof parse(Json file) {
        file.requireFields("a run's proof", "format", "run", "checkpoint", "entries");
        return new RunProof(
                file.at("run").text(),
                file.at("checkpoint").text(),
                file.at("entries").items().stream().map(Entry::parse).toList());
    }

    Verdict verify(Trust trust) {
        Checkpoint signed;
        try {
            if (trust.permits() == null || trust.evidence() == null) {
                throw new NotProven("a run is proven with the keys of permits and evidence too; they are not known");
            }
            signed = Checkpoint.verify(checkpoint, trust);
        } catch (NotProven e) {
            return Verdict.untrusted(e.getMessage());
        }
        var findings = new ArrayList<Finding>();
        var byTopic = new TreeMap<String, Long>();
        var story = new RunStory(run, trust, findings);
        var before = -1L;
        for (var entry : entries) {
            var place = EntryPlace.of(entry.leaf);
            byTopic.merge(place == null ? "unknown" : place.topicName(), 1L, Long::sum);
            var problem = entry.seq > before
                    ? problem(entry, place, signed)
                    : Finding.ofEntry(entry.seq, place, "/seq", "is out of order, or told twice");
            before = entry.seq;
            if (problem != null) {
                findings.add(problem);
            } else {
                story.add(entry, place);
            }
        }
        var shown = story.conclude();
        return Verdict.of(signed, checkpoint, byTopic, findings, shown);
    }

    private static Finding problem(Entry entry, EntryPlace place, Checkpoint signed) {
        var leafHash = Merkle.leafHash(entry.leaf);
        if (!Merkle.includes(entry.seq, signed.size(), leafHash, entry.proof, signed.root())) {
            return Finding.ofEntry(
                    entry.seq,
                    place,
                    null,
                    "is not shown to be in the log of " + signed.size() + " entries: it or its proof was changed");
        }
        if (entry.payload == null) {
            return null;
        }
        try {
            var named = Json.parse(entry.leaf).at("dataDigest").at("sha256").textOrNull();
            return named != null && named.equals(Hashes.hex(Merkle.sha256(entry.payload)))
                    ? null
                    : Finding.ofEntry(entry.seq, place, "/payload", "is other data than its leaf names");
        } catch (NotProven e) {
            return Finding.ofEntry(entry.seq, place, "/leaf", "can't be read: " + e.getMessage());
        }
    }
}
