package io.barecount.ledger.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.access.Allow;
import io.barecount.contracts.event.Json;
import io.barecount.ledger.store.AuditRun;
import io.barecount.ledger.store.EntryRow;
import io.barecount.ledger.store.Log;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.HexFormat;
import java.util.List;

/** Entries one by one, with their proofs. */
@Path("/ledger/entries")
@RunOnVirtualThread
public class EntriesResource {
    private static final int LIMIT_MAX = 1000;
    private final Log log;
    private final Caller caller;

    EntriesResource(Log log, Caller caller) {
        this.caller = caller;
        this.log = log;
    }

    /** @param next where the list goes on; null at its end */
    public record Entries(List<EntryRow.Line> entries, Long next) {}

    /**
     * An entry and all that an outsider with the log's key needs to check it (RFC 9162, section 2.1.3.2).
     *
     * @param entry the record, readable
     * @param leaf the exact bytes that were hashed
     * @param leafHash hexadecimal
     * @param proof from the leaf to the root
     * @param checkpoint the signed note with that root
     */
    public record Proof(
            long seq, JsonNode entry, byte[] leaf, String leafHash, List<byte[]> proof, String checkpoint) {}

    @GET
    @Allow(in = Allow.Scope.OBJECT)
    public Entries entries(
            @QueryParam("run") String run,
            @QueryParam("from") @DefaultValue("0") long from,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        var most = Queries.limit(limit, LIMIT_MAX);
        if (run == null) {
            caller.require(null);
        }
        var lines =
                run == null || caller.may(AuditRun.namespaceOf(Queries.run(run).value()))
                        ? EntryRow.lines(run == null ? null : Queries.run(run).value(), from, most + 1)
                        : List.<EntryRow.Line>of();
        return lines.size() > most
                ? new Entries(lines.subList(0, most), lines.get(most).seq())
                : new Entries(lines, null);
    }

    @GET
    @Allow(in = Allow.Scope.OBJECT)
    @Path("/{seq:[0-9]{1,18}}")
    public Proof entry(@PathParam("seq") long seq) {
        var proven = log.proven(seq)
                .filter(entry -> caller.may(
                        EntryRow.runOf(seq).map(AuditRun::namespaceOf).orElse(null)))
                .orElseThrow(() -> Problem.of(
                                404,
                                "no-such-entry",
                                "No such entry",
                                "The log has no entry " + seq + "; the first is 0.")
                        .exception());
        return new Proof(
                seq,
                Json.read(proven.leaf(), JsonNode.class),
                proven.leaf(),
                HexFormat.of().formatHex(proven.leafHash()),
                proven.proof(),
                proven.checkpoint().note());
    }
}
