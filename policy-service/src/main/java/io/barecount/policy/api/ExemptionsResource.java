package io.barecount.policy.api;

import io.barecount.access.Allow;
import io.barecount.access.Identity;
import io.barecount.access.Role;
import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Exemption;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.Json;
import io.barecount.messaging.http.Answers;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.JsonBody;
import io.barecount.messaging.http.Problem;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.policy.LiveGovernance;
import io.barecount.policy.PolicyConfig;
import io.barecount.policy.decision.Objection;
import io.barecount.policy.exemption.ExemptionInput;
import io.barecount.policy.exemption.ExemptionState;
import io.barecount.policy.exemption.ExemptionState.Act;
import io.barecount.policy.exemption.ExemptionState.Standing;
import io.barecount.policy.store.ExemptionRow;
import io.barecount.policy.store.ExemptionStore;
import io.barecount.policy.store.ExemptionStore.Uses;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Leave to pass by a rule for some time: proposed by one person, granted by another. */
@Path("/exemptions")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class ExemptionsResource {
    private static final int LISTED_MAX = 500;
    private static final String PROPOSAL = "{\"rule\": \"fan-out-ceiling\", \"namespace\": \"finance\","
            + " \"pipeline\": \"year-end\", \"until\": \"2027-01-15T00:00:00Z\", \"reason\": \"once a year\"}";
    private static final String REASON = "{\"reason\": \"agreed with the data owner\"}";

    private final Stage<ExemptionState, ExemptionInput> stage;
    private final ExemptionStore store;
    private final LiveGovernance live;
    private final PolicyConfig config;
    private final Caller caller;

    ExemptionsResource(
            Stage<ExemptionState, ExemptionInput> stage,
            ExemptionStore store,
            LiveGovernance live,
            PolicyConfig config,
            Caller caller) {
        this.stage = stage;
        this.store = store;
        this.live = live;
        this.config = config;
        this.caller = caller;
    }

    /**
     * An exemption as the API tells it.
     *
     * @param grant null until it is granted
     * @param end null until it has ended
     * @param uses by runs that were permitted
     */
    public record Answer(Exemption exemption, Standing standing, Instant proposedAt, Act grant, Act end, Uses uses) {
        static Answer of(ExemptionState state, Uses uses) {
            return new Answer(
                    state.exemption(), state.standing(), state.proposedAt(), state.grant(), state.end(), uses);
        }
    }

    /** @param more whether there are more than were listed */
    public record Listed(List<Answer> exemptions, boolean more) {}

    /** The newest first. */
    @GET
    @Allow(in = Allow.Scope.OBJECT)
    public Listed list(@QueryParam("standing") String standing, @QueryParam("namespace") String namespace) {
        var found = ExemptionRow.list(
                standing == null ? null : standing(standing).text(), caller.within(namespace), LISTED_MAX + 1);
        var uses =
                store.uses(found.stream().map(state -> state.exemption().id()).toList());
        return new Listed(
                found.stream()
                        .limit(LISTED_MAX)
                        .map(state -> Answer.of(
                                state, uses.getOrDefault(state.exemption().id(), Uses.NONE)))
                        .toList(),
                found.size() > LISTED_MAX);
    }

    @GET
    @Allow(in = Allow.Scope.OBJECT)
    @Path("/{exemption}")
    public Answer get(@PathParam("exemption") String exemption) {
        return answer(visible(exemption));
    }

    /**
     * Asks for an exemption; it holds once another person has granted it. {@code from} (now, if it is left out) and {@code until} are times,
     * {@code owner} is whoever proposes, {@code pipeline}, {@code runsMax} and {@code costMax} narrow it. The same again is the same exemption.
     */
    @POST
    @Allow(value = Role.GOVERNANCE, in = Allow.Scope.OBJECT)
    @Consumes(MediaType.WILDCARD)
    public Answer propose(@HeaderParam("traceparent") String traceparent, String body) {
        var asked = JsonBody.of(body, PROPOSAL);
        var namespace = asked.text("namespace");
        caller.require(namespace);
        requirePerson();
        var reason = asked.reason();
        var now = Instant.now();
        var id = EventIds.ofName("exemption/" + caller.subject() + "/" + body).toString();
        var exemption = new Exemption(
                id,
                asked.text("rule"),
                namespace,
                orNull(asked, "pipeline"),
                asked.has("owner") ? asked.text("owner") : caller.subject(),
                reason,
                caller.subject(),
                null,
                asked.has("from") ? time(asked, "from") : now,
                time(asked, "until"),
                runs(asked),
                money(asked));
        return submit(
                QuarkusTransaction.requiringNew()
                        .call(() -> ExemptionRow.stateOf(id).orElse(null)),
                id,
                new ExemptionInput.Propose(exemption, config.exemptionValidityMax()),
                traceparent);
    }

    /** Has it hold from now on, or from when it was asked for. By neither who proposed it nor who owns it. */
    @POST
    @Allow(value = Role.GOVERNANCE, in = Allow.Scope.OBJECT)
    @Path("/{exemption}/grant")
    @Consumes(MediaType.WILDCARD)
    public Answer grant(
            @PathParam("exemption") String exemption, @HeaderParam("traceparent") String traceparent, String body) {
        var state = visible(exemption);
        var reason = JsonBody.of(body, REASON).reason();
        requirePerson();
        var grant = new ExemptionInput.Grant(caller.subject(), caller.has(Role.GOVERNANCE, null), reason);
        return submit(state, exemption, grant, traceparent);
    }

    /** Ends what was proposed. */
    @POST
    @Allow(value = Role.GOVERNANCE, in = Allow.Scope.OBJECT)
    @Path("/{exemption}/refuse")
    @Consumes(MediaType.WILDCARD)
    public Answer refuse(
            @PathParam("exemption") String exemption, @HeaderParam("traceparent") String traceparent, String body) {
        var state = visible(exemption);
        var reason = JsonBody.of(body, REASON).reason();
        return submit(state, exemption, new ExemptionInput.Refuse(caller.subject(), reason), traceparent);
    }

    /** Ends what was granted, and takes back the permits of runs that go on by it. */
    @POST
    @Allow(value = Role.GOVERNANCE, in = Allow.Scope.OBJECT)
    @Path("/{exemption}/revoke")
    @Consumes(MediaType.WILDCARD)
    public Answer revoke(
            @PathParam("exemption") String exemption, @HeaderParam("traceparent") String traceparent, String body) {
        var state = visible(exemption);
        var reason = JsonBody.of(body, REASON).reason();
        return submit(state, exemption, new ExemptionInput.Revoke(caller.subject(), reason), traceparent);
    }

    private Answer submit(ExemptionState state, String id, ExemptionInput input, String traceparent) {
        ExemptionState.objection(state, input, Instant.now(), live.now().rules())
                .ifPresent(ExemptionsResource::refuse);
        var after = Answers.within(
                config.answerWithin(),
                stage.submit(new Input<>(id, input, UUID.randomUUID(), traceparent)),
                "change of exemption " + id,
                "See GET /exemptions/" + id);
        return answer(after);
    }

    private Answer answer(ExemptionState state) {
        var id = state.exemption().id();
        return Answer.of(state, store.uses(List.of(id)).getOrDefault(id, Uses.NONE));
    }

    private static void refuse(Objection objection) {
        throw Problem.of(
                        switch (objection.kind()) {
                            case CONFLICT -> 409;
                            case FORBIDDEN -> 403;
                            case INVALID -> 422;
                        },
                        objection.code(),
                        "Nothing was changed",
                        objection.detail())
                .exception();
    }

    private void requirePerson() {
        if (caller.kind() != Identity.Kind.PERSON) {
            throw Problem.of(
                            403,
                            "not-a-person",
                            "Not a person",
                            caller.subject() + " is a program's account: an exemption takes two people.")
                    .exception();
        }
    }

    private ExemptionState visible(String exemption) {
        return ExemptionRow.stateOf(exemption)
                .filter(state -> caller.may(state.exemption().namespace()))
                .orElseThrow(() -> Problem.of(
                                404,
                                "no-exemption",
                                "No such exemption",
                                "There is no exemption " + exemption + ". GET /exemptions lists them.")
                        .exception());
    }

    private static String orNull(JsonBody asked, String field) {
        return asked.has(field) ? asked.text(field) : null;
    }

    private static Instant time(JsonBody asked, String field) {
        try {
            return Instant.parse(asked.text(field));
        } catch (DateTimeParseException e) {
            throw invalid("The field '" + field + "' is a time such as 2027-01-15T00:00:00Z, found '"
                    + asked.text(field) + "'.");
        }
    }

    private static Long runs(JsonBody asked) {
        if (!asked.has("runsMax")) {
            return null;
        }
        if (asked.at("runsMax").isIntegralNumber()) {
            return asked.at("runsMax").longValue();
        }
        throw invalid("The field 'runsMax' is a number of runs such as 12, found " + asked.at("runsMax") + ".");
    }

    private static Money money(JsonBody asked) {
        if (!asked.has("costMax")) {
            return null;
        }
        try {
            return Json.fromTree(asked.at("costMax"), Money.class);
        } catch (IllegalArgumentException e) {
            throw invalid(
                    "The field 'costMax' is an amount such as {\"amount\": \"250\", \"currency\": \"USD\"}, found "
                            + asked.at("costMax") + ".");
        }
    }

    private static Standing standing(String text) {
        return Arrays.stream(Standing.values())
                .filter(one -> one.text().equals(text))
                .findFirst()
                .orElseThrow(() -> invalid("The parameter 'standing' is one of "
                        + Arrays.stream(Standing.values()).map(Standing::text).collect(Collectors.joining(", "))
                        + "; found '" + text + "'."));
    }

    private static RuntimeException invalid(String detail) {
        return Problem.of(400, "invalid-request", "Invalid request", detail + " Nothing was done.")
                .exception();
    }
}
