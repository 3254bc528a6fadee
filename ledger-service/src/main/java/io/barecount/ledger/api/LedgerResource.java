package io.barecount.ledger.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.ledger.LedgerConfig;
import io.barecount.ledger.store.AuditRow;
import io.barecount.ledger.store.Log;
import io.barecount.ledger.tree.TileTree;
import io.barecount.ledger.view.RunView;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.Base64;
import java.util.List;

/** Audit records, entries and proofs for people and programs. */
@Path("/ledger")
@RunOnVirtualThread
class LedgerResource {
    private static final int LIMIT_MAX = 500;
    private static final int ENTRIES_MAX = 10_000;

    private final Log log;
    private final SigningKey key;
    private final LedgerConfig config;

    LedgerResource(Log log, SigningKey key, LedgerConfig config) {
        this.log = log;
        this.key = key;
        this.config = config;
    }

    /** @param root base64 */
    record Stats(long size, String root) {}

    /** @param verifierKey as C2SP's tools take it */
    record Key(String origin, String keyId, String publicKey, String verifierKey) {}

    record EntryLine(long seq, String topic, int partition, long offset, JsonNode type, JsonNode time) {
        static EntryLine of(Log.Entry entry) {
            var headers = Json.read(entry.leaf(), JsonNode.class).path("headers");
            return new EntryLine(
                    entry.seq(),
                    entry.topic(),
                    entry.partition(),
                    entry.offset(),
                    headers.get("ce_type"),
                    headers.get("ce_time"));
        }
    }

    /** An audit record, as it is shown: {@code state} is its stage. */
    record RunLine(
            @com.fasterxml.jackson.annotation.JsonUnwrapped RunView view, RunView.Stage state) {}

    /** @param inclusion hashes in base64, from the leaf to the root of the checkpoint's tree */
    record Proof(long seq, JsonNode leaf, List<String> inclusion, String checkpoint) {}

    @GET
    @Path("stats")
    @Transactional
    public Stats stats() {
        var head = log.head();
        return new Stats(head.size(), Base64.getEncoder().encodeToString(head.root()));
    }

    @GET
    @Path("key")
    public Key key() {
        return new Key(
                config.origin(),
                key.keyId(),
                key.verifyingKey().toPem(),
                Checkpoint.verifierKey(config.origin(), key.verifyingKey()));
    }

    /** Newest first; {@code before} takes the last run of the page before. */
    @GET
    @Path("runs")
    @Transactional
    public List<RunLine> runs(
            @QueryParam("namespace") String namespace,
            @QueryParam("pipeline") String pipeline,
            @QueryParam("state") String state,
            @QueryParam("before") String before,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw Problem.of(400, "limit", "Limit out of range", "limit is 1 to " + LIMIT_MAX + ", found " + limit)
                    .exception();
        }
        return AuditRow.newest(namespace, pipeline, state, before, limit).stream()
                .map(row -> line(row.toView()))
                .toList();
    }

    @GET
    @Path("runs/{run}")
    @Transactional
    public RunLine run(@PathParam("run") String run) {
        return AuditRow.<AuditRow>findByIdOptional(run)
                .map(row -> line(row.toView()))
                .orElseThrow(() -> Problem.of(
                                404, "run-unknown", "No such run", "The ledger has no entry about run " + run + ".")
                        .exception());
    }

    private static RunLine line(RunView view) {
        return new RunLine(view, view.stage());
    }

    @GET
    @Path("runs/{run}/entries")
    @Transactional
    public List<EntryLine> entries(@PathParam("run") String run) {
        return log.entriesOf(run, ENTRIES_MAX).stream().map(EntryLine::of).toList();
    }

    /** An entry, with the proof that it is in the tree of the last checkpoint. */
    @GET
    @Path("entries/{seq: [0-9]+}")
    @Transactional
    public Proof entry(@PathParam("seq") long seq) {
        var note = log.lastCheckpoint();
        var entry = log.entry(seq);
        if (entry.isEmpty() || note.isEmpty()) {
            throw Problem.of(404, "entry-unknown", "No such entry", "The ledger has no entry " + seq + ".")
                    .exception();
        }
        var checkpoint = Checkpoint.verify(note.get(), config.origin(), key.verifyingKey());
        var proof = TileTree.inclusionProof(seq, checkpoint.size(), log::tile).stream()
                .map(hash -> Base64.getEncoder().encodeToString(hash))
                .toList();
        return new Proof(seq, Json.read(entry.get().leaf(), JsonNode.class), proof, note.get());
    }
}
