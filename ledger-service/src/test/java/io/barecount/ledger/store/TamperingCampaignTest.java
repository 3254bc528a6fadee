package io.barecount.ledger.store;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.barecount.contracts.RunId;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.ledger.Histories;
import io.barecount.ledger.LedgerFiles;
import io.barecount.ledger.check.Finding;
import io.barecount.ledger.tree.TiledTree;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Everything that somebody who owns the database can do to a log is found by the check of all entries, and named. {@code
 * -Dbarecount.campaign.edits=1000} makes as many single-bit edits; {@code -Dbarecount.campaign.seed} repeats a choice of them.
 */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(LedgerFiles.class)
class TamperingCampaignTest {
    private static final int EDITS = Integer.getInteger("barecount.campaign.edits", 50);
    private static final long SEED = Long.getLong("barecount.campaign.seed", System.nanoTime());
    private static final int ENTRIES_MIN = 600;
    private static final List<String> GUARDED = List.of("entries", "entries_0", "tiles", "checkpoints");

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Inject
    LogCheck check;

    @Inject
    Signer signer;

    @Inject
    CheckpointFile file;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private Connection database;

    @BeforeEach
    void aLogOfSomeTilesThatNobodyGuards() throws SQLException {
        database = LedgerFiles.connect();
        try (var topics = new TopicProbe(bootstrapServers)) {
            topics.send(
                    "barecount.submissions",
                    "large",
                    Map.of(),
                    ("\"" + "x".repeat(70_000) + "\"").getBytes(ISO_8859_1));
            for (var entries = size(); entries < ENTRIES_MIN; entries += 15) {
                var run = new RunId(UUID.randomUUID());
                Histories.succeeding(run).forEach(event -> topics.send(run.toString(), event));
            }
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> size() >= ENTRIES_MIN && quiet());
        for (var table : GUARDED) {
            execute("alter table " + table + " disable trigger user");
        }
    }

    @AfterEach
    void guardedAgain() throws SQLException {
        for (var table : GUARDED) {
            var trigger = table.startsWith("entries") ? "entries" : table;
            execute("alter table " + table + " enable always trigger " + trigger + "_only_grow");
        }
        database.close();
    }

    /** What was done, how it is undone, and what a finding has to name. */
    private record Edit(String what, String change, String undo, String place) {}

    @Test
    void anySingleBitIsFoundAndNamed() throws Exception {
        assertThat(check.checkAll().findings()).isEmpty();
        var found = new TreeMap<String, Integer>();
        for (var i = 0; i < EDITS; i++) {
            var edit = anyEdit();
            while (!accepted(edit.change())) {
                edit = anyEdit();
            }
            try {
                assertThat(check.checkAll().findings())
                        .as("seed %d, edit %d: %s", SEED, i, edit)
                        .extracting(Finding::place)
                        .contains(edit.place());
            } finally {
                execute(edit.undo());
            }
            found.merge(edit.what(), 1, Integer::sum);
        }
        assertThat(check.checkAll().findings()).isEmpty();
        System.out.println(EDITS + " single-bit edits, all named: " + found);
    }

    private Edit anyEdit() throws SQLException {
        var seq = random.nextLong(size());
        var entry = "entry " + seq;
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> bit("entries", "leaf", "seq = " + seq, entry);
            case 3 -> added(seq);
            case 4 -> number("entries", "kafka_offset", 40, "seq = " + seq, entry);
            case 5 -> number("entries", "kafka_partition", 31, "seq = " + seq, entry);
            case 6 -> number("entries", "generation", 31, "seq = " + seq, entry);
            case 7 -> time(seq);
            case 8 -> run(seq);
            case 9 -> text("entries", random.nextBoolean() ? "topic" : "type", "seq = " + seq, entry);
            case 10 -> {
                var index = random.nextLong(size() / 256);
                yield bit(
                        "tiles",
                        random.nextBoolean() ? "hashes" : "root",
                        "level = 0 and tile_index = " + index,
                        "tile/0/%03d".formatted(index));
            }
            default -> {
                var size = single("select size from checkpoints order by md5(size::text || %d) limit 1"
                        .formatted(random.nextInt()));
                yield random.nextBoolean()
                        ? text("checkpoints", "note", "size = " + size, "checkpoint " + size)
                        : number("checkpoints", "sequence", 40, "size = " + size, "checkpoint " + size);
            }
        };
    }

    private Edit bit(String table, String column, String where, String place) throws SQLException {
        var bits = 8 * Long.parseLong(single("select length(" + column + ") from " + table + " where " + where));
        var change = "update %1$s set %2$s = set_bit(%2$s, %3$d, 1 - get_bit(%2$s, %3$d)) where %4$s"
                .formatted(table, column, random.nextLong(bits), where);
        return new Edit(table + "." + column, change, change, place);
    }

    /** The hash that a checkpoint has of an entry. */
    private Edit added(long seq) {
        var size = single("select min(size) from checkpoints where size > " + seq);
        var from = single("select size - length(added) / 32 from checkpoints where size = " + size);
        var bit = (seq - Long.parseLong(from)) * 256 + random.nextInt(256);
        var change = "update checkpoints set added = set_bit(added, %1$d, 1 - get_bit(added, %1$d)) where size = %2$s"
                .formatted(bit, size);
        return new Edit("checkpoints.added", change, change, "entry " + seq);
    }

    private Edit number(String table, String column, int bits, String where, String place) {
        var change = "update %1$s set %2$s = %2$s # (1::bigint << %3$d)%4$s where %5$s"
                .formatted(table, column, random.nextInt(bits), bits > 31 ? "" : "::integer", where);
        return new Edit(table + "." + column, change, change, place);
    }

    private Edit time(long seq) {
        if (single("select event_time from entries where seq = " + seq) == null) {
            return number("entries", "kafka_offset", 40, "seq = " + seq, "entry " + seq);
        }
        var more = "update entries set event_time = event_time %s interval '%d microseconds' where seq = " + seq;
        var bit = 1L << random.nextInt(40);
        return new Edit("entries.event_time", more.formatted("+", bit), more.formatted("-", bit), "entry " + seq);
    }

    private Edit run(long seq) {
        var run = single("select run from entries where seq = " + seq);
        if (run == null) {
            return number("entries", "kafka_offset", 40, "seq = " + seq, "entry " + seq);
        }
        var before = UUID.fromString(run);
        var after =
                new UUID(before.getMostSignificantBits(), before.getLeastSignificantBits() ^ 1L << random.nextInt(64));
        var set = "update entries set run = '%s' where seq = " + seq;
        return new Edit("entries.run", set.formatted(after), set.formatted(before), "entry " + seq);
    }

    /** A bit of a character that stays one that a text can hold. */
    private Edit text(String table, String column, String where, String place) {
        var text = single("select " + column + " from " + table + " where " + where);
        if (text == null) {
            return number(table, "kafka_offset", 40, where, place);
        }
        var plain = random.ints(0, text.length())
                .filter(i -> text.charAt(i) < 0x80 && (text.charAt(i) ^ 1) >= ' ')
                .findFirst()
                .orElseThrow();
        var changed = new StringBuilder(text);
        changed.setCharAt(plain, (char) (text.charAt(plain) ^ 1));
        var set = "update " + table + " set " + column + " = '%s' where " + where;
        return new Edit(table + "." + column, set.formatted(changed), set.formatted(text), place);
    }

    @Test
    void whatIsTakenAwayPutInOrSwappedIsFoundAndNamed() throws Exception {
        var last = size() - 1;
        for (var seq : new long[] {0, 255, 256, random.nextLong(last), last}) {
            saved("entries", "seq = " + seq, "delete from entries where seq = " + seq, "entry " + seq);
        }
        saved(
                "entries",
                "seq between 10 and 19",
                "delete from entries where seq between 10 and 19",
                "entry 10",
                "entry 19");
        saved(
                "tiles",
                "tile_index = 1 and level = 0",
                "delete from tiles where tile_index = 1 and level = 0",
                "tile/0/001");
        saved(
                "checkpoints",
                "size = " + size(),
                "insert into entries select seq + 1, topic, kafka_partition, kafka_offset + 1000000, 0, type, run, event_time, leaf"
                        + " from entries where seq = " + last,
                "entry " + (last + 1));
        execute("delete from entries where seq > " + last);
        saved(
                "tiles",
                "tile_index = 0",
                "insert into tiles select level, 4000, hashes, root from tiles where tile_index = 0 and level = 0",
                "tile 0/4000");
        execute("delete from tiles where tile_index = 4000");
        for (var pair : new long[][] {{3, 4}, {100, 300}, {last - 1, last}}) {
            saved(
                    "entries",
                    "seq in (" + pair[0] + ", " + pair[1] + ")",
                    swap(pair[0], pair[1]),
                    "entry " + pair[0],
                    "entry " + pair[1]);
        }
        saved(
                "entry_payloads",
                "true",
                "update entry_payloads set bytes = set_bit(bytes, 9, 1 - get_bit(bytes, 9))",
                "entry " + single("select seq from entry_payloads limit 1"));
        assertThat(check.checkAll().findings()).isEmpty();
    }

    /** An alarm that somebody sees: the health, the endpoint. */
    @Test
    void aFindingIsTold() throws Exception {
        var edit = bit("entries", "leaf", "seq = 7", "entry 7");
        execute(edit.change());
        try {
            check.checkAll();
            given().get("/q/health/well").then().statusCode(503).body(Matchers.containsString("entry 7"));
            given().get("/ledger/findings")
                    .then()
                    .statusCode(200)
                    .body("findings.find { it.place == 'entry 7' }.present", Matchers.is(true))
                    .body("all.findings", Matchers.is(1));
        } finally {
            execute(edit.undo());
        }
        check.checkAll();
        given().get("/q/health/well").then().statusCode(200);
        given().get("/ledger/findings")
                .then()
                .body("findings.find { it.place == 'entry 7' }.present", Matchers.is(false));
    }

    private static String swap(long one, long other) {
        var free = LogTables.PARTITION_ROWS - 1;
        return "update entries set seq = %3$d where seq = %1$d; update entries set seq = %1$d where seq = %2$d;"
                        .formatted(one, other, free)
                + "update entries set seq = %2$d where seq = %3$d".formatted(one, other, free);
    }

    /** Does it, expects it to be found, and puts the rows back. */
    private void saved(String table, String where, String change, String... places) throws Exception {
        execute("create table saved as select * from " + table + " where " + where);
        execute(change);
        try {
            var findings = check.checkAll().findings();
            assertThat(findings).as(change).isNotEmpty();
            assertThat(findings).as(change).extracting(Finding::place).contains(places);
        } finally {
            execute("delete from " + table + " where " + where + "; insert into " + table + " select * from saved");
            execute("drop table saved");
        }
    }

    /** Who has the key can sign whatever he likes, but not what was told before. */
    @Test
    void aLogThatIsRewrittenAsAWholeWithTheStolenKeyIsNotTheOneThatWasSigned() throws Exception {
        var seq = random.nextLong(size());
        var leaf = "leaf = set_bit(leaf, 9, 1 - get_bit(leaf, 9))";
        rewrite(seq, leaf);
        try {
            var findings = check.checkAll().findings();
            assertThat(findings)
                    .extracting(Finding::kind, Finding::place)
                    .contains(org.assertj.core.api.Assertions.tuple(Finding.Kind.LOG_REWRITTEN, "log"));
            assertThat(findings)
                    .filteredOn(finding -> finding.kind() == Finding.Kind.LOG_REWRITTEN)
                    .hasSize(1)
                    .first()
                    .satisfies(finding -> assertThat(finding.detail()).contains("rewritten"));
        } finally {
            rewrite(seq, leaf);
        }
        assertThat(check.checkAll().findings()).isEmpty();
    }

    /** Leaf, hash, tiles and every checkpoint, all fitting. */
    private void rewrite(long seq, String leaf) throws SQLException {
        execute("update entries set " + leaf + " where seq = " + seq);
        var hashes = new ArrayList<byte[]>();
        try (var rows = database.createStatement().executeQuery("select leaf from entries order by seq")) {
            while (rows.next()) {
                hashes.add(MerkleTree.leafHash(rows.getBytes(1)));
            }
        }
        for (var tile : new TiledTree(0, missing -> new byte[0]).append(hashes).changed()) {
            if (tile.isFull()) {
                try (var update = database.prepareStatement(
                        "update tiles set hashes = ?, root = ? where level = ? and tile_index = ?")) {
                    update.setBytes(1, tile.hashes());
                    update.setBytes(2, tile.root());
                    update.setInt(3, tile.tile().level());
                    update.setLong(4, tile.tile().index());
                    assertThat(update.executeUpdate()).isOne();
                }
            }
        }
        var tree = new MerkleTree.RootBuilder();
        var added = new ByteArrayOutputStream();
        for (var hash : hashes) {
            tree.add(hash);
            added.writeBytes(hash);
            try (var update = database.prepareStatement("update checkpoints set note = ?, added = ? where size = ?")) {
                update.setString(1, signer.sign(tree.size(), tree.root()));
                update.setBytes(2, added.toByteArray());
                update.setLong(3, tree.size());
                if (update.executeUpdate() > 0) {
                    added.reset();
                }
            }
        }
    }

    @Test
    void aDatabasePutBackToAnEarlierStateIsBehindWhatWasSigned() throws Exception {
        var size = size();
        var earlier = Long.parseLong(single("select max(size) from checkpoints where size < " + size));
        execute("create table later as select * from entries where seq >= " + earlier);
        execute("create table later_tiles as select * from tiles where (tile_index + 1) * 256 > " + earlier);
        execute("create table later_checkpoints as select * from checkpoints where size > " + earlier);
        execute("delete from entries where seq >= " + earlier);
        execute("delete from tiles where (tile_index + 1) * 256 > " + earlier);
        execute("delete from checkpoints where size > " + earlier);
        try {
            assertThat(check.checkAll().findings())
                    .filteredOn(finding -> finding.kind() == Finding.Kind.LOG_REWRITTEN)
                    .singleElement()
                    .satisfies(finding ->
                            assertThat(finding.detail()).contains("put back").contains(Long.toString(size)));
        } finally {
            execute("insert into entries select * from later; insert into tiles select * from later_tiles;"
                    + " insert into checkpoints select * from later_checkpoints");
            execute("drop table later, later_tiles, later_checkpoints");
        }
        assertThat(check.checkAll().findings()).isEmpty();
    }

    private void execute(String text) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute(text);
        }
    }

    /** Whether the tables' own keys let it be. */
    private boolean accepted(String change) throws SQLException {
        try {
            execute(change);
            return true;
        } catch (SQLException e) {
            if (e.getSQLState().startsWith("23")) {
                return false;
            }
            throw e;
        }
    }

    private String single(String query) {
        try (var statement = database.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : null;
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    private long size() {
        return Long.parseLong(single("select coalesce(max(size), 0) from checkpoints"));
    }

    /** All that was sent is in, so that no checkpoint is signed while the log is not itself. */
    private boolean quiet() {
        var signed = file.read().orElseThrow();
        return Stream.of(signed.split("\n")).skip(1).findFirst().orElseThrow().equals(Long.toString(size()))
                && single("select 1 from outbox limit 1") == null;
    }
}
