package io.barecount.policy.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.barecount.access.Allow;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.Problem;
import io.barecount.policy.LiveGovernance;
import io.barecount.policy.decision.Question;
import io.barecount.policy.evaluation.Completeness;
import io.barecount.policy.store.ExemptionStore;
import io.barecount.policy.store.Histories;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;

/** Tells the decision that a manifest would get, without any effect: no run, no event, no permit. */
@Path("/check")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class CheckResource {
    private static final ObjectReader MANIFEST =
            Json.mapper().readerFor(Manifest.class).with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final LiveGovernance live;
    private final Histories histories;
    private final ExemptionStore exemptions;
    private final Caller caller;

    CheckResource(LiveGovernance live, Histories histories, ExemptionStore exemptions, Caller caller) {
        this.live = live;
        this.histories = histories;
        this.exemptions = exemptions;
        this.caller = caller;
    }

    /** @param body a manifest as manifest-service normalises it */
    @POST
    @Allow(in = Allow.Scope.OBJECT)
    @Consumes(MediaType.APPLICATION_JSON)
    public DecisionAnswer check(String body) {
        var manifest = parse(body);
        var missing = Completeness.missing(manifest);
        if (!missing.isEmpty()) {
            throw Problem.of(
                            400,
                            "manifest-incomplete",
                            "The manifest is not normalised",
                            "What a decision needs is missing. Send a manifest as manifest-service normalises it.",
                            missing)
                    .exception();
        }
        caller.require(manifest.namespace());
        var governance = live.now();
        var history = QuarkusTransaction.requiringNew().call(() -> histories.of(manifest));
        var now = Instant.now();
        var exempt = QuarkusTransaction.requiringNew().call(() -> exemptions.read(manifest, now));
        var judgement = governance.judge(Question.of(manifest, now, history, exempt));
        var spec = new RunSpec(
                judgement.resolve(manifest), manifest.spec().workload().parameters(), null);
        return DecisionAnswer.of(spec, judgement, governance.rules().digest());
    }

    private static Manifest parse(String body) {
        try {
            return MANIFEST.readValue(body);
        } catch (UnrecognizedPropertyException e) {
            throw unreadable("no manifest has the field " + e.getPropertyName() + "; known there are "
                    + e.getKnownPropertyIds().stream()
                            .map(String::valueOf)
                            .sorted()
                            .toList());
        } catch (JsonProcessingException e) {
            throw unreadable(e.getOriginalMessage());
        }
    }

    private static RuntimeException unreadable(String why) {
        return Problem.of(
                        400,
                        "manifest-unreadable",
                        "Not a manifest",
                        "The body is the JSON of a manifest as manifest-service normalises it: "
                                + (why == null ? "it can't be read." : why),
                        List.of())
                .exception();
    }
}
