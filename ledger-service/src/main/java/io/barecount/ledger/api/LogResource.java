package io.barecount.ledger.api;

import io.barecount.access.Allow;
import io.barecount.access.Public;
import io.barecount.access.Role;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.Tile;
import io.barecount.ledger.LedgerConfig;
import io.barecount.ledger.kafka.Lag;
import io.barecount.ledger.store.Log;
import io.barecount.ledger.store.Signer;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The log in C2SP's formats, for any verifier and witness; and what one needs to know to check it. */
@Path("/ledger")
@Public(
        because =
                "hashes, signatures and sizes: who keeps them catches a ledger that lies, and they tell nothing of what it holds")
@RunOnVirtualThread
public class LogResource {
    private static final String IMMUTABLE = "public, max-age=31536000, immutable";
    private static final Logger LOG = Logger.getLogger(LogResource.class);
    private final Log log;
    private final Signer signer;
    private final Lag lag;

    LogResource(Log log, Signer signer, Lag lag, LedgerConfig config) {
        if (config.entriesPublic()) {
            LOG.info("the log's entries are told to anybody");
        }
        this.log = log;
        this.signer = signer;
        this.lag = lag;
    }

    /** @param verifierKey the key in C2SP's form, with the origin in it */
    public record Key(String origin, String keyId, String pem, String verifierKey) {}

    /**
     * @param root hexadecimal
     * @param checkpointAt when it was signed
     * @param lag records on the broker that are no entries yet; null while nobody knows
     */
    public record Stats(String origin, long size, String root, Instant checkpointAt, Long lag) {}

    @GET
    @Path("/checkpoint")
    @Produces(MediaType.TEXT_PLAIN)
    public Response checkpoint() {
        return Response.ok(signed().note(), "text/plain; charset=utf-8")
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .build();
    }

    @GET
    @Allow(value = Role.AUDITOR, in = Allow.Scope.PLATFORM, unless = LedgerConfig.ENTRIES_PUBLIC)
    @Path("/tile/entries/{position:.+}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    public Response entries(@PathParam("position") String position) {
        var tile = TilePath.parse(0, position);
        return answer(tile, tile.flatMap(log::bundle));
    }

    @GET
    @Path("/tile/{level:[0-7]}/{position:.+}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    public Response tile(@PathParam("level") int level, @PathParam("position") String position) {
        var tile = TilePath.parse(level, position);
        return answer(tile, tile.flatMap(log::hashes));
    }

    /** For reading here; who verifies keeps the key from elsewhere. */
    @GET
    @Path("/key")
    public Key key() {
        var key = signer.verifyingKey();
        return new Key(signer.origin(), key.keyId(), key.toPem(), Checkpoint.verifierKey(signer.origin(), key));
    }

    @GET
    @Path("/stats")
    public Stats stats() {
        var signed = signed();
        var checkpoint = Checkpoint.verify(signed.note(), signer.origin(), signer.verifyingKey());
        var root = HexFormat.of().formatHex(checkpoint.root());
        return new Stats(
                signer.origin(), signed.size(), root, signed.at(), lag.records().orElse(null));
    }

    private Log.Signed signed() {
        return log.signed()
                .orElseThrow(() -> Problem.of(
                                503,
                                "no-checkpoint",
                                "No checkpoint yet",
                                "The ledger has not signed anything yet; its readiness at /q/health/ready says why.")
                        .exception());
    }

    private static Response answer(Optional<Tile> tile, Optional<byte[]> bytes) {
        if (bytes.isEmpty()) {
            throw Problem.of(
                            404,
                            "no-such-tile",
                            "No such tile",
                            "The tree of the newest checkpoint has no such tile; C2SP tlog-tiles says which there are.")
                    .exception();
        }
        var response = Response.ok(bytes.get());
        if (tile.orElseThrow().width() == Tile.HASHES_MAX) {
            response.header(HttpHeaders.CACHE_CONTROL, IMMUTABLE);
        }
        return response.build();
    }
}
