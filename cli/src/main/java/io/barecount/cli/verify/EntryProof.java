package io.barecount.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.NotProven;
import io.barecount.contracts.proof.VerifyingKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * That one entry is in the log, in one file, as {@code GET /ledger/entries/<seq>} answers: checked with the log's public key alone,
 * without any access to it.
 *
 * @param entry the record as people read it; checked to be what the leaf says
 * @param leaf the bytes that were hashed
 * @param proof from the leaf to the root
 * @param checkpoint the signed note with the root
 */
record EntryProof(long seq, JsonNode entry, byte[] leaf, List<byte[]> proof, String checkpoint) {
    /** @throws IllegalArgumentException if the file is no such proof */
    static EntryProof parse(byte[] file) {
        var proof = Json.read(file, EntryProof.class);
        if (proof.entry == null || proof.leaf == null || proof.proof == null || proof.checkpoint == null) {
            throw new IllegalArgumentException(
                    "a proof has seq, entry, leaf, proof and checkpoint; one of them is missing");
        }
        return proof;
    }

    /** A proof that does not hold has one finding, which says what is wrong. */
    Verdict verify(String origin, VerifyingKey key) {
        try {
            var signed = Checkpoint.verify(checkpoint, origin, key);
            var place = EntryPlace.of(leaf);
            var topics = Map.of(place == null ? "unknown" : place.topicName(), 1L);
            var findings = finding(signed, place).stream().toList();
            return new Verdict(
                    signed.size(), Hashes.hex(signed.root()), findings.isEmpty(), topics, findings, checkpoint);
        } catch (NotProven e) {
            return new Verdict(0, null, false, Map.of(), List.of(Finding.ofLog(e.getMessage())), null);
        }
    }

    private Optional<Finding> finding(Checkpoint signed, EntryPlace place) {
        if (!Json.read(leaf, JsonNode.class).equals(entry)) {
            return Optional.of(
                    Finding.ofEntry(seq, place, "does not say what its leaf says: the readable part was changed"));
        }
        if (!MerkleTree.includes(seq, signed.size(), MerkleTree.leafHash(leaf), proof, signed.root())) {
            return Optional.of(Finding.ofEntry(
                    seq,
                    place,
                    "is not shown to be in the log of " + signed.size() + " entries: it or its proof was changed"));
        }
        return Optional.empty();
    }
}
