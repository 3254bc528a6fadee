package io.barecount.gateway.api;

import io.barecount.access.Allow;
import io.barecount.access.Role;
import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Bundle;
import io.barecount.contracts.agent.Poll;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.NotProven;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.gateway.agent.Agent;
import io.barecount.gateway.attempt.AttemptInput;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.gateway.store.AttemptRow;
import io.barecount.gateway.store.BundleRow;
import io.barecount.messaging.http.Problem;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Work that is carried to agents which no network reaches, and what came of it. */
@Path("/agents/{agent}/bundles")
@Allow(value = Role.OPERATOR, in = Allow.Scope.PLATFORM)
@RunOnVirtualThread
class BundlesResource {
    private static final Duration VALID = Duration.ofDays(7);
    private static final int ITEMS_MAX = 1000;

    private final Stage<AttemptState, AttemptInput> attempts;
    private final AgentWords words;
    private final SigningKey gatewayKey;

    BundlesResource(Stage<AttemptState, AttemptInput> attempts, AgentWords words, SigningKey gatewayKey) {
        this.attempts = attempts;
        this.words = words;
        this.gatewayKey = gatewayKey;
    }

    /**
     * @param max attempts; {@value ITEMS_MAX} if null, and at most
     * @param valid how long its results are awaited; seven days if null
     */
    record Export(Integer max, Duration valid) {}

    /** Takes what waits for this agent into a bundle of this id, and signs it. Asked again, the same bundle is answered. */
    @PUT
    @Path("{bundle}")
    public Envelope export(@PathParam("agent") String id, @PathParam("bundle") UUID bundle, Export export) {
        var agent = airGapped(id);
        var known = QuarkusTransaction.requiringNew().call(() -> BundleRow.<BundleRow>findById(bundle));
        if (known != null && !known.agent.equals(id)) {
            throw Problem.of(
                            409, "bundle-exists", "Another bundle", "Bundle " + bundle + " is for " + known.agent + ".")
                    .exception();
        }
        return known == null ? export(agent, bundle, export) : Json.read(known.envelope, Envelope.class);
    }

    private Envelope export(Agent agent, UUID id, Export export) {
        var now = Clock.systemUTC().instant();
        var until = now.plus(export.valid() == null ? VALID : export.valid());
        var max = export.max() == null ? ITEMS_MAX : Math.min(export.max(), ITEMS_MAX);
        var asked = new Poll(max, RunnerType.executing(), agent.rights().boundaries(), Poll.Egress.ENFORCE);
        var offerable = QuarkusTransaction.requiringNew().call(() -> AttemptRow.offerable(agent.entitled(asked), now));
        offerable.stream()
                .map(attempt -> attempts.submit(new Input<>(
                        attempt,
                        new AttemptInput.Exported(agent.id(), id, until),
                        EventIds.ofName(attempt + "/export/" + id),
                        null)))
                .toList()
                .forEach(CompletableFuture::join);
        var items = new ArrayList<Bundle.Item>();
        for (var row : QuarkusTransaction.requiringNew().call(() -> AttemptRow.ofBundle(id))) {
            if (Json.read(row.state, AttemptState.class) instanceof AttemptState.Carried carried
                    && carried.agent().equals(agent.id())) {
                items.add(new Bundle.Item(carried.work().offer(carried.epoch(), carried.until()), carried.claimId()));
            }
        }
        return keep(new Bundle(id, agent.id(), now, until, items));
    }

    private Envelope keep(Bundle bundle) {
        var row = new BundleRow();
        row.id = bundle.id();
        row.agent = bundle.agent();
        row.exportedAt = bundle.exportedAt();
        row.until = bundle.until();
        var envelope = bundle.sign(gatewayKey);
        row.envelope = Json.text(envelope);
        if (!bundle.items().isEmpty()) {
            QuarkusTransaction.requiringNew().run(row::persist);
        }
        return envelope;
    }

    /** @param why null unless it was refused */
    record Outcome(AttemptId attempt, Bundle.Imported imported, String why) {}

    /** Brings back what the agent signed. The same again changes nothing. */
    @POST
    @Path("{bundle}/results")
    public List<Outcome> results(@PathParam("agent") String id, @PathParam("bundle") UUID bundle, Envelope envelope) {
        var agent = airGapped(id);
        try {
            var results = envelope.verify(Bundle.Results.TYPE, Bundle.Results.class, List.of(agent.key()));
            if (!results.bundle().equals(bundle) || !results.agent().equals(id)) {
                throw new NotProven("these are results of bundle " + results.bundle() + " by " + results.agent());
            }
            return results.reports().stream()
                    .map(result -> imported(agent, result))
                    .toList();
        } catch (NotProven e) {
            throw Problem.of(
                            422,
                            "results-signature",
                            "No results of this agent's",
                            "Nothing was imported into bundle " + bundle + " of agent " + id + ": " + e.getMessage()
                                    + ".")
                    .exception();
        }
    }

    private Outcome imported(Agent agent, Bundle.Result result) {
        var report = words.report(agent, result.attempt(), result.statement());
        var attempt = result.attempt().toString();
        var before = QuarkusTransaction.requiringNew().call(() -> AttemptRow.<AttemptRow>findById(attempt));
        if (before != null && isOf(Json.read(before.state, AttemptState.class), report.claimId())) {
            return new Outcome(result.attempt(), Bundle.Imported.KNOWN, null);
        }
        var state = before == null
                ? null
                : attempts.submit(new Input<>(
                                attempt,
                                new AttemptInput.Reported(report, AgentWords.statement(agent, result.statement())),
                                EventIds.ofName(attempt + "/report/" + report.claimId()),
                                before.traceparent))
                        .join();
        return isOf(state, report.claimId())
                ? new Outcome(result.attempt(), Bundle.Imported.RECORDED, null)
                : new Outcome(result.attempt(), Bundle.Imported.REFUSED, why(state));
    }

    private static boolean isOf(AttemptState state, String claimId) {
        return state instanceof AttemptState.Ended ended && claimId.equals(ended.claimId());
    }

    private static String why(AttemptState state) {
        return switch (state) {
            case null -> "no such attempt is known here";
            case AttemptState.Ended ended ->
                "it has ended at " + ended.at() + " as " + ended.outcome() + ": " + ended.reason();
            case AttemptState other -> "it was not exported in this bundle";
        };
    }

    private static Agent airGapped(String id) {
        var agent = AgentWords.agent(id);
        if (agent.revoked() != null) {
            throw Problem.of(
                            403,
                            "agent-revoked",
                            "The agent is revoked",
                            "Agent " + id + " was revoked: " + agent.revoked() + ".")
                    .exception();
        }
        if (!agent.rights().airGap()) {
            throw Problem.of(
                            409,
                            "agent-online",
                            "The agent has a network",
                            "Agent " + id
                                    + " asks for its work itself. For one that no network reaches, register it with"
                                    + " ./barecount agent register " + id + " --air-gap --boundary NAME --key FILE.")
                    .exception();
        }
        return agent;
    }
}
