package io.barecount.ledger.check;

import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.NotProven;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/** The log's entries, from the first on, beside every checkpoint that was signed on the way. */
public final class SignedCheck {
    private final MerkleTree.RootBuilder tree = new MerkleTree.RootBuilder();
    private final Function<String, Checkpoint> verify;
    private long good;
    private boolean lost;

    /** @param verify throws {@link NotProven} for a note that the log's key did not sign */
    public SignedCheck(Function<String, Checkpoint> verify) {
        this.verify = verify;
    }

    public long size() {
        return tree.size();
    }

    /** @param leafHash null if nobody knows it: from there on nothing can be said */
    public void add(byte[] leafHash) {
        lost |= leafHash == null;
        tree.add(leafHash == null ? MerkleTree.emptyRoot() : leafHash);
    }

    /** Call when just as many entries were added as the row says. Of a wrong tree only the first checkpoint that shows it is told. */
    public Optional<Finding> compare(long size, String note) {
        Checkpoint signed;
        try {
            signed = verify.apply(note);
        } catch (NotProven e) {
            return Optional.of(
                    new Finding(Finding.Kind.CHECKPOINT_CHANGED, "checkpoint " + size, null, "note", e.getMessage()));
        }
        if (signed.size() != size) {
            return Optional.of(new Finding(
                    Finding.Kind.CHECKPOINT_CHANGED,
                    "checkpoint " + size,
                    null,
                    "size",
                    "the note is of " + signed.size()));
        }
        if (lost) {
            return Optional.empty();
        }
        if (Arrays.equals(signed.root(), tree.root())) {
            good = size;
            return Optional.empty();
        }
        lost = true;
        var seq = size - good == 1 ? good : null;
        var place = seq == null ? "entries " + good + ".." + (size - 1) : "entry " + seq;
        return Optional.of(new Finding(
                Finding.Kind.LOG_REWRITTEN,
                place,
                seq,
                "leaf",
                "the checkpoint of " + size + " was signed over other entries here, that of " + good + " was not"));
    }
}
