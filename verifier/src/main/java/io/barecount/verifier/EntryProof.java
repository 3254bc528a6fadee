package io.barecount.verifier;

import java.util.List;
import java.util.Map;

/**
 * That one entry is in the log, in one file, as {@code GET /ledger/entries/<seq>} answers: checked with the log's public key alone,
 * without any access to it.
 *
 * @param entry the record as people read it, checked to be what the leaf says; may be missing
 * @param leaf the bytes that were hashed
 * @param leafHash hexadecimal; null if the file does not say
 * @param proof from the leaf to the root
 * @param checkpoint the signed note with the root
 */
record EntryProof(long seq, Json entry, byte[] leaf, String leafHash, List<byte[]> proof, String checkpoint) {
    /** @throws NotProven if the file is no such proof */
    static EntryProof parse(Json file) {
        file.requireFields("a proof", "seq", "entry", "leaf", "leafHash", "proof", "checkpoint");
        return new EntryProof(
                file.at("seq").integer(),
                file.at("entry"),
                file.at("leaf").bytes(),
                file.at("leafHash").textOrNull(),
                file.at("proof").items().stream().map(Json::bytes).toList(),
                file.at("checkpoint").text());
    }

    /** A proof that does not hold has one finding, which says what is wrong. */
    Verdict verify(Trust trust) {
        try {
            var signed = Checkpoint.verify(checkpoint, trust);
            var place = EntryPlace.of(leaf);
            var topics = Map.of(place == null ? "unknown" : place.topicName(), 1L);
            var finding = finding(signed, place);
            return Verdict.of(signed, checkpoint, topics, finding == null ? List.of() : List.of(finding), null);
        } catch (NotProven e) {
            return Verdict.untrusted(e.getMessage());
        }
    }

    private Finding finding(Checkpoint signed, EntryPlace place) {
        var hash = Merkle.leafHash(leaf);
        var claimsHash = leafHash == null || leafHash.equals(Hashes.hex(hash));
        var isIncluded = Merkle.includes(seq, signed.size(), hash, proof, signed.root());
        if (!isIncluded && !claimsHash) {
            return Finding.ofEntry(
                    seq,
                    place,
                    "/leaf",
                    "was changed: its hash is " + Hashes.hex(hash) + ", the file says " + leafHash);
        }
        if (!isIncluded) {
            return Finding.ofEntry(
                    seq,
                    place,
                    null,
                    "is not shown to be in the log of " + signed.size() + " entries: it or its proof was changed");
        }
        if (!claimsHash) {
            return Finding.ofEntry(seq, place, "/leafHash", "was changed: the leaf's hash is " + Hashes.hex(hash));
        }
        if (!entry.isPresent()) {
            return null;
        }
        var difference = Json.parse(leaf).firstDifference(entry);
        return difference == null
                ? null
                : Finding.ofEntry(
                        seq,
                        place,
                        "/entry" + difference,
                        "does not say what its leaf says: the readable part was changed");
    }
}
