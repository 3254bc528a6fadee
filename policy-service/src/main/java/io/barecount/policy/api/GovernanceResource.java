package io.barecount.policy.api;

import io.barecount.access.Allow;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.proof.Digest;
import io.barecount.messaging.http.Problem;
import io.barecount.policy.LiveGovernance;
import io.barecount.policy.estimate.PriceBook;
import io.barecount.policy.evaluation.KnownBoundary;
import io.barecount.policy.evaluation.PolicySet;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** What decisions are made from at present, each part with the digest that permits name it by. */
@Path("/")
@Allow(in = Allow.Scope.ANY)
@Produces(MediaType.APPLICATION_JSON)
public class GovernanceResource {
    private final LiveGovernance live;

    GovernanceResource(LiveGovernance live) {
        this.live = live;
    }

    /** @param digest over the canonical form of all sets */
    public record Policies(Digest digest, List<PolicySet> sets) {}

    public record Listed(Digest digest, Boundary boundary) {
        static Listed of(KnownBoundary known) {
            return new Listed(known.digest(), known.boundary());
        }
    }

    public record Book(Digest digest, PriceBook priceBook) {}

    @GET
    @Path("policies")
    public Policies policies() {
        var governance = live.now();
        return new Policies(governance.rules().digest(), governance.rules().sets());
    }

    @GET
    @Path("boundaries")
    public List<Listed> boundaries() {
        return live.now().boundaries().all().stream().map(Listed::of).toList();
    }

    @GET
    @Path("boundaries/{name}")
    public Listed boundary(@PathParam("name") String name) {
        var boundaries = live.now().boundaries();
        return boundaries
                .named(name)
                .map(Listed::of)
                .orElseThrow(() -> Problem.of(
                                404,
                                "no-boundary",
                                "No such boundary",
                                "There is no boundary of this name; there are " + String.join(", ", boundaries.names())
                                        + ".")
                        .exception());
    }

    @GET
    @Path("prices")
    public Book prices() {
        var governance = live.now();
        return new Book(governance.prices().digest(), governance.prices().book());
    }
}
