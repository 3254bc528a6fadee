package io.barecount.policy.api;

import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Suggestion;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import io.barecount.messaging.http.Problem;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.estimate.PriceBook;
import io.barecount.policy.evaluation.Rule;
import io.barecount.policy.store.DecisionRow;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;

/** Decisions that were made, and what they are made from. */
@Path("/")
@RunOnVirtualThread
class GovernanceResource {
    private final Governance governance;
    private final DecisionState.Signer signer;

    GovernanceResource(Governance governance, DecisionState.Signer signer) {
        this.governance = governance;
        this.signer = signer;
    }

    /** @param digest of all rules; the policy set that permits name */
    record Policies(Digest digest, List<Rule> rules) {}

    record Prices(Digest digest, String currency, List<PriceBook.Item> items) {}

    record Key(String keyId, String algorithm, String publicKey) {}

    /** What a run of a manifest would get, decided by the same engine and without any effect. */
    record Check(boolean permitted, Estimate estimate, List<Finding> findings, Suggestion suggestion) {}

    @GET
    @Path("decisions/{run}")
    @Transactional
    public DecisionState decision(@PathParam("run") String run) {
        return DecisionRow.<DecisionRow>findByIdOptional(run)
                .map(row -> Json.read(row.state, DecisionState.class))
                .orElseThrow(() -> Problem.of(
                                404,
                                "decision-unknown",
                                "No such decision",
                                "Run " + run + " was not decided, or not yet.")
                        .exception());
    }

    @POST
    @Path("check")
    @Consumes("application/json")
    public Check check(Manifest manifest) {
        var verdict = governance.judge(manifest);
        return new Check(verdict.isPermitted(), verdict.estimate(), verdict.findings(), verdict.suggestion());
    }

    @GET
    @Path("policies")
    public Policies policies() {
        return new Policies(
                governance.policySet(),
                governance.rules().stream().map(compiled -> compiled.rule()).toList());
    }

    @GET
    @Path("boundaries")
    public List<Boundary> boundaries() {
        return governance.boundaries().values().stream()
                .sorted(java.util.Comparator.comparing(Boundary::name))
                .toList();
    }

    @GET
    @Path("boundaries/{name}")
    public Boundary boundary(@PathParam("name") String name) {
        var boundary = governance.boundaries().get(name);
        if (boundary == null) {
            throw Problem.of(
                            404,
                            "boundary-unknown",
                            "No such boundary",
                            "There are " + governance.boundaries().keySet() + ".")
                    .exception();
        }
        return boundary;
    }

    @GET
    @Path("prices")
    public Prices prices() {
        return new Prices(
                governance.prices().digest(),
                governance.prices().currency(),
                governance.prices().items());
    }

    @GET
    @Path("keys/permit")
    public Key permitKey() {
        return new Key(
                signer.key().keyId(), "Ed25519", signer.key().verifyingKey().toPem());
    }
}
