package io.barecount.ledger.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.barecount.access.Allow;
import io.barecount.contracts.event.Json;
import io.barecount.ledger.store.AuditRun;
import io.barecount.ledger.store.RunFilter;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.Problem;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Audit records as files, of any size: a page of records is held at a time, on both sides. */
@Path("/ledger/export")
@Blocking
public class ExportResource {
    private final Caller caller;

    ExportResource(Caller caller) {
        this.caller = caller;
    }

    private static final int PAGE = 500;

    /** How many records there are, at its beginning; for showing progress. */
    public static final String TOTAL = "X-Total-Count";

    @GET
    @Allow(in = Allow.Scope.OBJECT)
    @Path("/runs")
    public Response runs(@BeanParam RunQuery query, @QueryParam("format") @DefaultValue("ndjson") String format) {
        if (!List.of("csv", "ndjson").contains(format)) {
            throw Problem.of(400, "bad-format", "No such format", "format is csv or ndjson, found \"" + format + "\".")
                    .exception();
        }
        var filter = query.filter(caller);
        var total = QuarkusTransaction.requiringNew().call(() -> AuditRun.count(filter));
        var isCsv = format.equals("csv");
        StreamingOutput body = out -> write(filter, isCsv, out);
        return Response.ok(body, isCsv ? "text/csv; charset=utf-8" : "application/x-ndjson")
                .header(TOTAL, total)
                .header("Content-Disposition", "attachment; filename=\"runs." + format + "\"")
                .build();
    }

    private static void write(RunFilter filter, boolean isCsv, OutputStream stream) throws IOException {
        var out = new BufferedOutputStream(stream, 1 << 16);
        if (isCsv) {
            out.write(RunCsv.header().getBytes(UTF_8));
        }
        RunFilter.After after = null;
        do {
            var place = after;
            var rows = QuarkusTransaction.requiringNew().call(() -> AuditRun.page(filter, place, PAGE));
            for (var row : rows) {
                var record = RunRecord.of(row.view());
                out.write((isCsv ? RunCsv.line(record) : Json.text(record) + "\n").getBytes(UTF_8));
            }
            after = rows.size() < PAGE ? null : rows.get(PAGE - 1).place();
        } while (after != null);
        out.flush();
    }
}
