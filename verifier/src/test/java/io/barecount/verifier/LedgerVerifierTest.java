package io.barecount.verifier;

import static io.barecount.verifier.FakeLog.KEY;
import static io.barecount.verifier.FakeLog.leaf;
import static io.barecount.verifier.FakeLog.leaves;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.Tile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerVerifierTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 255, 256, 257, 511, 512, 1000, 65_536, 65_537, 70_000})
    void anHonestLogVerifies(int size) {
        var log = FakeLog.of(size);

        var verdict = verify(log);

        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.verified()).isTrue();
        assertThat(verdict.size()).isEqualTo(size);
        var root = new MerkleTree.RootBuilder();
        log.leaves.forEach(leaf -> root.add(MerkleTree.leafHash(leaf)));
        assertThat(verdict.root()).isEqualTo(Hashes.hex(root.root()));
        assertThat(verdict.entriesByTopic().values().stream().mapToLong(n -> n).sum())
                .isEqualTo(size);
    }

    @Test
    void entriesAreCountedByTopic() {
        assertThat(verify(FakeLog.of(301)).entriesByTopic())
                .isEqualTo(Map.of("barecount.runs", 151L, "barecount.decisions", 150L));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 255, 256, 599})
    void aChangedEntryIsNamed(int seq) {
        var log = FakeLog.of(600);
        var changed = new ArrayList<>(log.leaves);
        changed.set(seq, leaf(seq, "another fact"));
        serveEntries(log, changed, seq);

        var verdict = verify(log);

        assertThat(verdict.verified()).isFalse();
        var finding = only(verdict, seq);
        assertThat(finding.offset()).isEqualTo(seq / 2);
        assertThat(finding.topic()).isEqualTo(seq % 2 == 0 ? "barecount.runs-3" : "barecount.decisions-3");
        assertThat(finding.problem())
                .startsWith("entry " + seq + " (" + finding.topic() + "@" + finding.offset()
                        + ") was changed: its hash is " + Hashes.hex(MerkleTree.leafHash(changed.get(seq))))
                .endsWith("the log holds " + Hashes.hex(MerkleTree.leafHash(log.leaves.get(seq))));
    }

    @Test
    void aRemovedEntryIsNamedWhereItsPlaceIsLeftEmpty() {
        var log = FakeLog.of(600);
        var changed = new ArrayList<>(log.leaves);
        changed.set(300, new byte[0]);
        serveEntries(log, changed, 300);

        assertThat(only(verify(log), 300).problem()).startsWith("entry 300 was removed");
    }

    @Test
    void aRemovedEntryIsNamedWhereTheOthersMovedUp() {
        var log = FakeLog.of(600);
        var rest = new ArrayList<>(log.leaves.subList(256, 512));
        rest.remove(44);
        log.replaceBundle(new Tile(0, 1, 256), rest);

        assertThat(only(verify(log), 300).problem()).startsWith("entry 300 was removed");
    }

    @Test
    void anEntryPutInBetweenIsShown() {
        var log = FakeLog.of(600);
        var more = new ArrayList<>(log.leaves.subList(256, 512));
        more.add(44, leaf(9, "never happened"));
        log.replaceBundle(new Tile(0, 1, 256), more);

        var verdict = verify(log);

        assertThat(verdict.verified()).isFalse();
        assertThat(verdict.findings())
                .anyMatch(finding -> finding.problem().contains("holds 257 entries"))
                .anyMatch(finding -> finding.problem().contains("barecount.decisions-3@4")
                        && finding.problem().contains("put in"));
    }

    @Test
    void swappedEntriesAreNamed() {
        var log = FakeLog.of(600);
        var changed = new ArrayList<>(log.leaves);
        Collections.swap(changed, 10, 20);
        serveEntries(log, changed, 10);

        var verdict = verify(log);

        assertThat(only(verdict, 10).problem()).contains("not in its place").contains("these bytes were entry 20");
        assertThat(only(verdict, 20).problem()).contains("these bytes were entry 10");
    }

    @Test
    void aChangedTileIsToldFromAChangedEntry() {
        var log = FakeLog.of(600);
        log.resources.put("tile/0/001", log.flipped("tile/0/001", 40, 3));

        var verdict = verify(log);

        assertThat(verdict.verified()).isFalse();
        assertThat(verdict.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.entry()).isNull();
            assertThat(finding.problem()).startsWith("tile/0/001 was changed").contains("as they were");
        });
    }

    @Test
    void anEntryThatWasChangedTogetherWithItsTileIsBetrayedByTheTileAbove() {
        var log = FakeLog.of(600);
        var changed = new ArrayList<>(log.leaves);
        changed.set(300, leaf(300, "another fact"));
        var forged = FakeLog.of(changed);
        for (var path : new String[] {"tile/0/001", "tile/entries/001"}) {
            log.resources.put(path, forged.resources.get(path));
        }

        var verdict = verify(log);

        assertThat(verdict.verified()).isFalse();
        assertThat(verdict.findings())
                .anyMatch(finding -> finding.problem().contains("together with one of the entries 256 to 511"));
    }

    @Test
    void entriesAndTilesThatWereAllChangedAreBetrayedByTheSignedRoot() {
        var changed = leaves(600);
        changed.set(300, leaf(300, "another fact"));
        var forged = FakeLog.of(changed).withCheckpointOf(FakeLog.of(600));

        var verdict = verify(forged);

        assertThat(verdict.verified()).isFalse();
        assertThat(verdict.findings())
                .anyMatch(finding -> finding.problem().contains("the signed checkpoint says"))
                .anyMatch(finding -> finding.problem().contains("changed together"));
    }

    @Test
    void aLogSignedByAnotherKeyIsNotTrusted() {
        var verdict = verify(FakeLog.signedBy(SigningKey.generate(), leaves(3)));

        assertThat(verdict.verified()).isFalse();
        assertThat(verdict.size()).isZero();
        assertThat(verdict.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.problem()).contains("not signed by key " + KEY.keyId()));
    }

    /** Not even who holds the key can change what somebody has verified. */
    @Test
    void aRewrittenAndNewlySignedLogIsBetrayedByWhatWasVerifiedBefore() {
        var before = FakeLog.of(400).note();
        var changed = leaves(600);
        changed.set(300, leaf(300, "another fact"));

        var verdict = verify(FakeLog.of(changed), before);

        assertThat(verdict.verified()).isFalse();
        assertThat(verdict.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.problem())
                        .contains("first 400 entries")
                        .contains("rewritten"));
    }

    @Test
    void aLogThatWasPutBackIsBetrayedByWhatWasVerifiedBefore() {
        var verdict = verify(FakeLog.of(300), FakeLog.of(400).note());

        assertThat(verdict.verified()).isFalse();
        assertThat(verdict.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.problem()).contains("put back"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 400, 600})
    void aLogThatWentOnVerifiesAgainstWhatWasVerifiedBefore(int earlier) {
        assertThat(verify(FakeLog.of(600), FakeLog.of(earlier).note()).findings())
                .isEmpty();
    }

    @Test
    void aRememberedCheckpointOfAnotherLogIsNotTakenForOurs() {
        var other = new Checkpoint("another.log", 0, MerkleTree.emptyRoot()).sign(KEY);

        assertThat(verify(FakeLog.of(3), other).verified()).isFalse();
    }

    @Test
    void whatCantBeReadIsNoProof() {
        var log = FakeLog.of(600);
        log.resources.remove("tile/entries/001");

        var verdict = verify(log);

        assertThat(verdict.verified()).isFalse();
        assertThat(verdict.findings()).anyMatch(finding -> finding.problem().contains("tile/entries/001"));
    }

    /** Whatever bit of whatever resource changes: nothing passes. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void anyChangedBitIsFound(long seed) {
        var random = new SplittableRandom(seed);
        for (var round = 0; round < 40; round++) {
            var log = FakeLog.of(random.nextInt(1, 700));
            var paths = new ArrayList<>(log.resources.keySet());
            var path = paths.get(random.nextInt(paths.size()));
            var at = random.nextInt(log.resources.get(path).length);
            var bit = random.nextInt(8);
            log.resources.put(path, log.flipped(path, at, bit));

            assertThat(verify(log).verified())
                    .as("%d entries, %s, byte %d, bit %d", log.leaves.size(), path, at, bit)
                    .isFalse();
        }
    }

    @Test
    void aLogThatIsWrongEverywhereIsNotReportedWithoutEnd() {
        var log = FakeLog.of(FakeLog.leaves(3000));
        for (var path : new ArrayList<>(log.resources.keySet())) {
            if (path.startsWith("tile/entries/")) {
                log.resources.put(path, log.resources.get("tile/entries/000"));
            }
        }

        assertThat(verify(log).findings()).hasSizeLessThanOrEqualTo(1001);
    }

    private static void serveEntries(FakeLog log, List<byte[]> entries, int around) {
        var first = around / 256 * 256;
        var end = Math.min(entries.size(), first + 256);
        log.replaceBundle(new Tile(0, first / 256, end - first), entries.subList(first, end));
    }

    private static Finding only(Verdict verdict, long entry) {
        assertThat(verdict.verified()).isFalse();
        var ofEntry = verdict.findings().stream()
                .filter(finding -> finding.entry() != null && finding.entry() == entry)
                .toList();
        assertThat(ofEntry).as("findings: %s", verdict.findings()).hasSize(1);
        return ofEntry.get(0);
    }

    private static Verdict verify(FakeLog log) {
        return new LedgerVerifier(log.source(), FakeLog.TRUST).verify(Optional.empty());
    }

    private static Verdict verify(FakeLog log, String before) {
        return new LedgerVerifier(log.source(), FakeLog.TRUST).verify(Optional.of(before));
    }
}
