package io.barecount.policy.api;

import io.barecount.access.Allow;
import io.barecount.contracts.RunId;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.Problem;
import io.barecount.policy.store.DecisionRow;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What was decided on a run, and why. */
@Path("/decisions/{run}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class DecisionsResource {
    private final Caller caller;

    DecisionsResource(Caller caller) {
        this.caller = caller;
    }

    @GET
    @Allow(in = Allow.Scope.OBJECT)
    public DecisionAnswer get(@PathParam("run") String run) {
        return DecisionRow.stateOf(parse(run))
                .map(DecisionAnswer::of)
                .filter(decision -> caller.may(decision.namespace()))
                .orElseThrow(() -> Problem.of(
                                404,
                                "no-decision",
                                "No decision",
                                "Nothing is decided on run " + run + ": it is still on its way, was rejected at intake,"
                                        + " or is unknown. Its submission tells which.")
                        .exception());
    }

    private static RunId parse(String run) {
        try {
            return RunId.parse(run);
        } catch (IllegalArgumentException e) {
            throw Problem.of(
                            400,
                            "malformed-run",
                            "Not a run's id",
                            "A run's id is a UUID such as 0198c0de-0000-7000-8000-000000000001, found another text.")
                    .exception();
        }
    }
}
