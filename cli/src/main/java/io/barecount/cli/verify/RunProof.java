package io.barecount.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.NotProven;
import io.barecount.contracts.proof.VerifyingKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        var story = new RunStory(run, keys, findings);
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
        var shown = story.conclude();
        return new Verdict(
                signed.size(), Hashes.hex(signed.root()), findings.isEmpty(), byTopic, findings, checkpoint, shown);
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
}
