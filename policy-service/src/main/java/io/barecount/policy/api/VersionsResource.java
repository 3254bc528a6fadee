package io.barecount.policy.api;

import io.barecount.access.Allow;
import io.barecount.contracts.proof.Digest;
import io.barecount.messaging.http.JsonBody;
import io.barecount.policy.LiveGovernance;
import io.barecount.policy.version.Version;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Versions of what decides. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class VersionsResource {
    private static final String FILES = "{\"files\": {\"policies/baseline.yaml\": \"apiVersion: ...\"}}";

    private final LiveGovernance governance;

    VersionsResource(LiveGovernance governance) {
        this.governance = governance;
    }

    /**
     * @param version that these documents are
     * @param rules how many
     * @param live whether it is what decides now
     */
    public record Checked(Digest version, Version parts, int rules, boolean live) {}

    /** Checks documents, and changes nothing: what is refused here would be refused as a proposal. */
    @POST
    @Path("policies/check")
    @Allow(in = Allow.Scope.ANY)
    @Consumes(MediaType.WILDCARD)
    public Checked check(String body) {
        var candidate = Candidates.check(governance, Candidates.files(JsonBody.of(body, FILES)));
        var version = Version.of(candidate);
        return new Checked(
                version.digest(),
                version,
                candidate.rules().sets().stream()
                        .mapToInt(set -> set.rules().size())
                        .sum(),
                version.equals(Version.of(governance.now())));
    }
}
