package io.barecount.ledger.api;

import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.Tile;
import io.barecount.ledger.store.Log;
import io.barecount.ledger.tree.TileTree.Place;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.regex.Pattern;

/** The log as C2SP tlog-tiles asks for it: anyone's tools can read and check it. */
@Path("/ledger")
@RunOnVirtualThread
class LogResource {
    private static final Pattern POSITION = Pattern.compile("((?:x\\d{3}/)*\\d{3})(?:\\.p/(\\d{1,3}))?");
    private static final String IMMUTABLE = "public, max-age=31536000, immutable";

    private final Log log;

    LogResource(Log log) {
        this.log = log;
    }

    private record Position(long index, int width) {
        static Position parse(String path) {
            var matcher = POSITION.matcher(path);
            if (!matcher.matches()) {
                throw absent(path);
            }
            var index = Long.parseLong(matcher.group(1).replace("x", "").replace("/", ""));
            return new Position(index, matcher.group(2) == null ? Tile.HASHES_MAX : Integer.parseInt(matcher.group(2)));
        }
    }

    @GET
    @Path("checkpoint")
    @Produces("text/plain; charset=utf-8")
    @Transactional
    public Response checkpoint() {
        return log.lastCheckpoint()
                .map(note ->
                        Response.ok(note).header("Cache-Control", "no-cache").build())
                .orElseThrow(() -> Problem.of(404, "ledger-empty", "No checkpoint yet", "The ledger has no entry yet.")
                        .exception());
    }

    /** The hashes of a tile; a partial one is served by its width for as long as the log exists. */
    @GET
    @Path("tile/{level: [0-7]}/{position: .+}")
    @Produces("application/octet-stream")
    @Transactional
    public Response tile(@PathParam("level") int level, @PathParam("position") String path) {
        var position = Position.parse(path);
        var hashes = log.tile(new Place(level, position.index()));
        var bytes = position.width() * MerkleTree.HASH_BYTES;
        if (hashes == null || position.width() < 1 || hashes.length < bytes) {
            throw absent(path);
        }
        return Response.ok(Arrays.copyOf(hashes, bytes))
                .header("Cache-Control", IMMUTABLE)
                .build();
    }

    /** Entries, each after its length in two bytes, big-endian. */
    @GET
    @Path("tile/entries/{position: .+}")
    @Produces("application/octet-stream")
    @Transactional
    public Response entries(@PathParam("position") String path) {
        var position = Position.parse(path);
        var leaves = log.leaves(position.index() * Tile.HASHES_MAX, position.width());
        if (leaves.size() < position.width() || position.width() < 1) {
            throw absent(path);
        }
        var bundle = new ByteArrayOutputStream();
        for (var leaf : leaves) {
            bundle.write(leaf.length >> 8);
            bundle.write(leaf.length);
            bundle.writeBytes(leaf);
        }
        return Response.ok(bundle.toByteArray())
                .header("Cache-Control", IMMUTABLE)
                .build();
    }

    private static RuntimeException absent(String path) {
        return Problem.of(
                        404,
                        "tile-unknown",
                        "No such tile",
                        "The log has no " + path + " yet, or it is no tile's path.")
                .exception();
    }
}
