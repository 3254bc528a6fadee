package io.barecount.verifier;

import static io.barecount.verifier.Tile.HASHES_MAX;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads a whole log and checks every byte of it against a signed checkpoint:
 *
 * <ol>
 *   <li>the checkpoint is signed by the log's key, for its origin;
 *   <li>the upper tiles fit each other, and give the checkpoint's root;
 *   <li>each entry has the hash that its tile holds, and each tile the root that level 1 holds;
 *   <li>the entries alone, without any tile, give the checkpoint's root (a proof alone could be right over a wrong entry);
 *   <li>the log begins with what was verified before, if the caller remembers that.
 * </ol>
 *
 * Memory stays bounded: some bundles at a
 * time, and the upper tiles.
 */
public final class LedgerVerifier {
    private static final int BUNDLES_AHEAD = 16;
    private final LogSource log;
    private final Trust trust;

    /** @param trust known from elsewhere than the log */
    public LedgerVerifier(LogSource log, Trust trust) {
        this.log = log;
        this.trust = trust;
    }

    /** @param before the note that was verified last; empty the first time */
    public Verdict verify(Optional<String> before) {
        var findings = new Findings();
        var byTopic = new TreeMap<String, Long>();
        String note;
        Checkpoint checkpoint;
        try {
            note = Texts.utf8(log.read("checkpoint"));
            checkpoint = Checkpoint.verify(note, trust);
        } catch (NotProven | IOException e) {
            return Verdict.untrusted(e.getMessage());
        }
        try {
            var known = before.isPresent() ? Checkpoint.verify(before.get(), trust.withoutWitnesses()) : null;
            check(checkpoint, known, byTopic, findings);
        } catch (NotProven | IOException e) {
            findings.ofLog(e.getMessage());
        }
        return Verdict.of(checkpoint, note, byTopic, findings.all(), null);
    }

    private void check(Checkpoint checkpoint, Checkpoint known, Map<String, Long> byTopic, Findings findings)
            throws IOException {
        var size = checkpoint.size();
        if (known != null && known.size() > size) {
            findings.ofLog("the log has " + size + " entries, and had " + known.size()
                    + " when it was verified last: it was put back to an earlier state");
        }
        var upper = UpperTiles.read(log, size, findings);
        var upperProven = Arrays.equals(upper.root(), checkpoint.root());
        var entries = new Entries(checkpoint, known);
        readBundles(size, bundle -> {
            bundle.byTopic().forEach((topic, count) -> byTopic.merge(topic, count, Long::sum));
            entries.add(bundle);
            judge(bundle, upper, upperProven, findings);
        });
        entries.conclude(upperProven, findings);
    }

    /** Whose fault a difference is, where the signed root lets one say so. */
    private static void judge(Bundle bundle, UpperTiles upper, boolean upperProven, Findings findings) {
        var signed = bundle.isFull()
                ? Hashes.at(upper.ofFullTiles(), Math.toIntExact(bundle.tile().index()))
                : Hashes.root(upper.edge());
        var tileFits = Arrays.equals(Hashes.root(bundle.tileHashes()), signed);
        var entriesFit = Arrays.equals(Hashes.root(bundle.leafHashes()), signed);
        if (!tileFits && upperProven && entriesFit) {
            findings.ofLog(bundle.tile().path() + " was changed: its hashes don't give the root that was signed."
                    + " The entries under it are as they were");
            return;
        }
        findings.addAll(bundle.findings());
        if (!tileFits) {
            var first = bundle.tile().index() * HASHES_MAX;
            findings.ofLog(bundle.tile().path() + " does not give the root that the tile above it holds: "
                    + (upperProven ? "it was changed" : "one of the two was changed")
                    + (bundle.findings().isEmpty() ? ", together with one of the entries " : "; it is of the entries ")
                    + first + " to " + (first + bundle.tile().width() - 1));
        }
    }

    /** The tree over the entries alone, and what it was at the checkpoint verified before. */
    private static final class Entries {
        private final Checkpoint checkpoint;
        private final Checkpoint known;
        private final Merkle.Tree tree = new Merkle.Tree();
        private byte[] rootAtKnown = Merkle.emptyRoot();

        Entries(Checkpoint checkpoint, Checkpoint known) {
            this.checkpoint = checkpoint;
            this.known = known;
        }

        void add(Bundle bundle) {
            for (var i = 0; i < bundle.tile().width(); i++) {
                tree.add(Hashes.at(bundle.leafHashes(), i));
                if (known != null && tree.size() == known.size()) {
                    rootAtKnown = tree.root();
                }
            }
        }

        void conclude(boolean upperProven, Findings findings) {
            var proven = Arrays.equals(tree.root(), checkpoint.root());
            if (!proven) {
                findings.ofLog("the " + tree.size() + " entries have the root " + Hashes.hex(tree.root())
                        + ", the signed checkpoint says " + Hashes.hex(checkpoint.root()));
            }
            if (!upperProven) {
                findings.ofLog("the tiles do not give the root that was signed"
                        + (proven ? "; the entries do" : ": entries and tiles were changed together"));
            }
            if (known != null && known.size() <= tree.size() && !Arrays.equals(rootAtKnown, known.root())) {
                findings.ofLog("the first " + known.size() + " entries are not those that were verified last: the"
                        + " log was rewritten");
            }
        }
    }

    private interface BundleReader {
        void take(Bundle bundle);
    }

    /** In order, reading ahead. */
    private void readBundles(long size, BundleReader reader) throws IOException {
        var ahead = new ArrayDeque<Future<Bundle>>();
        try (var threads = Executors.newFixedThreadPool(
                Math.min(4, 1 + Runtime.getRuntime().availableProcessors()),
                Thread.ofPlatform().daemon().factory())) {
            try {
                for (var first = 0L; first < size || !ahead.isEmpty(); ) {
                    for (; first < size && ahead.size() < BUNDLES_AHEAD; first += HASHES_MAX) {
                        var tile = new Tile(0, first / HASHES_MAX, (int) Math.min(HASHES_MAX, size - first));
                        ahead.add(threads.submit(() -> Bundle.read(log, tile)));
                    }
                    reader.take(ahead.remove().get());
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } finally {
                threads.shutdownNow();
            }
        }
    }
}
