package io.barecount.verifier;

import java.util.List;
import java.util.Map;

/**
 * That a log only grew between two checkpoints, in one file, as {@code GET /ledger/consistency?from=…&to=…} answers.
 *
 * @param from the older signed note
 * @param to the newer one
 */
record ConsistencyProof(String from, String to, List<byte[]> proof) {
    static final String FORMAT = "https://barecount.io/proof/consistency/v1";

    /** @throws NotProven if the file is no such proof */
    static ConsistencyProof parse(Json file) {
        file.requireFields("a consistency proof", "format", "from", "to", "proof");
        return new ConsistencyProof(
                file.at("from").text(),
                file.at("to").text(),
                file.at("proof").items().stream().map(Json::bytes).toList());
    }

    Verdict verify(Trust trust) {
        try {
            var older = Checkpoint.verify(from, trust.withoutWitnesses());
            var newer = Checkpoint.verify(to, trust);
            return Verdict.of(newer, to, Map.of(), findings(older, newer), null);
        } catch (NotProven e) {
            return Verdict.untrusted(e.getMessage());
        }
    }

    private List<Finding> findings(Checkpoint older, Checkpoint newer) {
        if (Merkle.consistent(older.size(), older.root(), newer.size(), newer.root(), proof)) {
            return List.of();
        }
        return List.of(Finding.ofLog("the log of " + newer.size() + " entries is not shown to begin with the "
                + older.size() + " entries of the older checkpoint: "
                + (newer.size() < older.size()
                        ? "it is shorter, and so was put back"
                        : newer.size() == older.size()
                                ? "it has another root at the same size: the log was split or rewritten"
                                : "the log was rewritten, or the proof was changed")));
    }
}
