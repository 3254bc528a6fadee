package io.barecount.ledger.store;

import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.NotProven;
import io.barecount.ledger.tree.TiledTree;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * That the log only ever grows from what it signed before, as told by a file outside the database: a database that was put back, or
 * whose tree was rewritten, is refused a signature.
 *
 * <p>The database commits first, then the file is replaced, then the checkpoint is told. A crash between the first two leaves the file
 * behind, never ahead; a database behind its file was put back.
 */
@ApplicationScoped
class Continuity {
    private static final Logger LOG = Logger.getLogger(Continuity.class);
    private static final long RETRY_MILLIS = 500;

    private final CheckpointFile file;
    private final Signer signer;
    private volatile String unwritten;

    /** The note verified last, and what it says. */
    private record Verified(String note, Checkpoint checkpoint) {}

    private volatile Verified last;

    Continuity(CheckpointFile file, Signer signer) {
        this.file = file;
        this.signer = signer;
    }

    /**
     * What was signed last, after making sure that this tree goes on from it.
     *
     * @param tree as the database has it, read before or under the appender's lock after this file was
     * @param note that the database holds of it
     * @throws BrokenContinuity if it doesn't
     */
    Checkpoint require(TiledTree tree, String note) {
        var signed = read();
        if (note == null || !isSigned(note, tree)) {
            throw new BrokenContinuity("the tree of " + tree.size()
                    + " entries in the database is not the one of its newest checkpoint: the"
                    + " database was changed. Nothing is signed until it is restored to a state that goes on from "
                    + file.path());
        }
        requireThatContinues(signed, tree);
        return signed;
    }

    private boolean isSigned(String note, TiledTree tree) {
        try {
            var checkpoint = verified(note);
            return checkpoint.size() == tree.size() && Arrays.equals(checkpoint.root(), tree.root());
        } catch (NotProven e) {
            return false;
        }
    }

    /** @throws BrokenContinuity if the tree is not the signed one with entries appended */
    void requireThatContinues(Checkpoint signed, TiledTree tree) {
        if (tree.size() < signed.size()) {
            throw new BrokenContinuity("the database holds " + tree.size() + " entries, the checkpoint signed last has "
                    + signed.size() + " (" + file.path()
                    + "): the database was put back. Nothing is signed until it holds"
                    + " all entries again");
        }
        if (!MerkleTree.consistent(
                signed.size(), signed.root(), tree.size(), tree.root(), tree.consistency(signed.size()))) {
            throw new BrokenContinuity("the database's tree of " + tree.size() + " entries does not begin with the "
                    + signed.size() + " entries signed last (" + file.path()
                    + "): it was rewritten. Nothing is signed until"
                    + " it is restored");
        }
    }

    Checkpoint read() {
        var note = file.read()
                .orElseThrow(
                        () -> new BrokenContinuity(file.path() + " is missing, while the database holds a log. Put the"
                                + " file back; or, if this database is to be trusted as it is, save what GET /ledger/checkpoint"
                                + " answers as that file"));
        try {
            return verified(note);
        } catch (NotProven e) {
            throw new BrokenContinuity(file.path() + ": " + e.getMessage()
                    + ". Check barecount.ledger.checkpoint-key and" + " barecount.ledger.origin");
        }
    }

    private Checkpoint verified(String note) {
        var known = last;
        if (known != null && known.note().equals(note)) {
            return known.checkpoint();
        }
        var verified = new Verified(note, signer.verify(note));
        last = verified;
        return verified.checkpoint();
    }

    boolean hasBegun() {
        return file.read().isPresent();
    }

    /**
     * Called once the checkpoint is committed, before anybody is told: holds everything up until the note is on the disk.
     *
     * @return false if interrupted before it was; the next start makes up for it
     */
    boolean remember(String note) {
        while (true) {
            try {
                if (!isAhead(note)) {
                    file.replace(note);
                }
                unwritten = null;
                return true;
            } catch (IOException | UncheckedIOException e) {
                unwritten = file.path() + " can't be written: " + e;
                LOG.errorf(
                        e,
                        "the checkpoint is committed, but %s can't be written; again in %d ms",
                        file.path(),
                        RETRY_MILLIS);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /** Another instance may have signed, and written, more in the meantime. Whether what lies there is genuine is checked on reading. */
    private boolean isAhead(String note) {
        return file.read().filter(there -> size(there) > size(note)).isPresent();
    }

    private static long size(String note) {
        var line = note.lines().skip(1).findFirst().orElse("");
        return line.matches("[0-9]{1,18}") ? Long.parseLong(line) : -1;
    }

    /** Why the file is behind at present; null while it isn't. */
    String unwritten() {
        return unwritten;
    }
}
