package io.barecount.ledger.api;

import io.barecount.access.Public;
import io.barecount.ledger.store.Log;
import io.barecount.ledger.witness.Cosigning;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;

/** That the log only grew, for whoever kept an older checkpoint; and who else watches that. */
@Path("/ledger")
@Public(because = "hashes, signatures and sizes, by which anybody checks that the log only grew")
@RunOnVirtualThread
public class ConsistencyResource {
    private final Log log;
    private final Cosigning cosigning;

    ConsistencyResource(Log log, Cosigning cosigning) {
        this.log = log;
        this.cosigning = cosigning;
    }

    /**
     * What shows offline, with the log's key alone, that the log only grew.
     *
     * @param from the older signed note; null if none was signed at this size
     * @param to the newer one
     * @param proof RFC 6962, section 2.1.2
     */
    public record Consistency(String format, String from, String to, List<byte[]> proof) {
        public static final String FORMAT = "https://barecount.io/proof/consistency/v1";
    }

    /** @param to the newest that is served, unless given */
    @GET
    @Path("/consistency")
    public Consistency consistency(@QueryParam("from") Long from, @QueryParam("to") Long to) {
        var newer = to == null ? log.signed() : log.signedAt(to);
        var note = newer.orElseThrow(() -> unknown(to));
        if (from == null || from < 0 || from > note.size()) {
            throw Problem.of(
                            400,
                            "bad-size",
                            "Bad size",
                            "from is a size of the log, at most " + note.size() + ", found " + from + ".")
                    .exception();
        }
        return new Consistency(
                Consistency.FORMAT,
                log.signedAt(from).map(Log.Signed::note).orElse(null),
                note.note(),
                log.consistency(from, note.size()));
    }

    private static RuntimeException unknown(Long size) {
        return Problem.of(
                        404,
                        "no-such-checkpoint",
                        "No such checkpoint",
                        "No checkpoint was signed at size " + size + "; GET /ledger/checkpoint has the newest.")
                .exception();
    }

    /** @param quorum how many must cosign a checkpoint before it is served */
    public record Witnesses(int quorum, List<Cosigning.Standing> witnesses) {}

    @GET
    @Path("/witnesses")
    public Witnesses witnesses() {
        return new Witnesses(cosigning.quorum(), cosigning.standings());
    }
}
