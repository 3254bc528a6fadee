package io.barecount.policy.api;

import io.barecount.access.Allow;
import io.barecount.access.Identity;
import io.barecount.access.Role;
import io.barecount.contracts.RunId;
import io.barecount.contracts.proof.Digest;
import io.barecount.messaging.http.Answers;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.JsonBody;
import io.barecount.messaging.http.Problem;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.policy.PolicyConfig;
import io.barecount.policy.decision.Approvals;
import io.barecount.policy.decision.Approver;
import io.barecount.policy.decision.DecisionInput;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.decision.Objection;
import io.barecount.policy.store.DecisionRow;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** What was decided on runs, and why; and what people have to say of it. */
@Path("/decisions")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class DecisionsResource {
    private static final int LISTED_MAX = 500;
    private static final String APPROVAL = "{\"binding\": \"sha256:...\", \"reason\": \"agreed with the data owner\"}";
    private static final String REASON = "{\"reason\": \"the contract has ended\"}";

    private final Stage<DecisionState, DecisionInput> stage;
    private final PolicyConfig config;
    private final Caller caller;

    DecisionsResource(Stage<DecisionState, DecisionInput> stage, PolicyConfig config, Caller caller) {
        this.stage = stage;
        this.config = config;
        this.caller = caller;
    }

    /** @param more whether there are more than were listed */
    public record Listed(List<DecisionAnswer> decisions, boolean more) {}

    /** The newest first; runs that are held stand in the order in which they came to wait. */
    @GET
    @Allow(in = Allow.Scope.OBJECT)
    public Listed list(
            @QueryParam("outcome") String outcome,
            @QueryParam("namespace") String namespace,
            @QueryParam("pipeline") String pipeline,
            @QueryParam("limit") @DefaultValue("50") String limit) {
        var most = limit(limit);
        var found = DecisionRow.list(
                new DecisionRow.Filter(outcome == null ? null : outcome(outcome), caller.within(namespace), pipeline),
                most + 1);
        return new Listed(
                found.stream().limit(most).map(DecisionsResource::answer).toList(), found.size() > most);
    }

    @GET
    @Allow(in = Allow.Scope.OBJECT)
    @Path("/{run}")
    public DecisionAnswer get(@PathParam("run") String run) {
        return answer(visible(run));
    }

    /**
     * One person's leave for a held run, for exactly what {@code binding} names. The answer tells whether it was enough. Whoever submitted the
     * run never counts, and neither does a program.
     */
    @POST
    @Allow(
            value = {Role.DEVELOPER, Role.OPERATOR, Role.GOVERNANCE, Role.NETWORK, Role.ADMIN},
            in = Allow.Scope.OBJECT)
    @Path("/{run}/approve")
    @Consumes(MediaType.WILDCARD)
    public DecisionAnswer approve(
            @PathParam("run") String run, @HeaderParam("traceparent") String traceparent, String body) {
        var state = visible(run);
        var asked = JsonBody.of(body, APPROVAL);
        var reason = asked.reason();
        var binding = binding(asked.text("binding"));
        var approver = approver(state.namespace());
        refuseIf(Approvals.objection(state, approver, binding));
        var after = submit(state, new DecisionInput.Approve(approver, binding, reason), traceparent);
        if (after instanceof DecisionState.Held held && !held.binding().equals(binding)) {
            throw Problem.of(
                            409,
                            "approval-void",
                            "What was approved has changed",
                            "Since it was held, the rules, the boundary or the estimate have changed: nothing of "
                                    + binding + " runs. Look at GET /decisions/" + run
                                    + " again, and approve what it is now.")
                    .exception();
        }
        return answer(after);
    }

    /** One person's no to a held run, which ends it; from those whose leave it waits for. */
    @POST
    @Allow(
            value = {Role.DEVELOPER, Role.OPERATOR, Role.GOVERNANCE, Role.NETWORK, Role.ADMIN},
            in = Allow.Scope.OBJECT)
    @Path("/{run}/refuse")
    @Consumes(MediaType.WILDCARD)
    public DecisionAnswer refuse(
            @PathParam("run") String run, @HeaderParam("traceparent") String traceparent, String body) {
        var state = visible(run);
        var reason = JsonBody.of(body, REASON).reason();
        var approver = approver(state.namespace());
        refuseIf(Approvals.mayDecide(state, approver));
        return answer(submit(state, new DecisionInput.Refuse(approver, reason), traceparent));
    }

    /** Takes a permit back: what is queued does not start, what is out is told to end. Again changes nothing. */
    @POST
    @Allow(
            value = {Role.OPERATOR, Role.GOVERNANCE, Role.ADMIN},
            in = Allow.Scope.OBJECT)
    @Path("/{run}/revoke")
    @Consumes(MediaType.WILDCARD)
    public DecisionAnswer revoke(
            @PathParam("run") String run, @HeaderParam("traceparent") String traceparent, String body) {
        var state = visible(run);
        var reason = JsonBody.of(body, REASON).reason();
        var after = submit(state, new DecisionInput.Revoke(caller.subject(), reason), traceparent);
        if (!(after instanceof DecisionState.Revoked)) {
            throw Problem.of(
                            409,
                            "not-permitted",
                            "Nothing to take back",
                            "The run is " + DecisionState.outcome(after) + ": only a permit can be revoked."
                                    + " A held run is refused: POST /decisions/" + run + "/refuse.")
                    .exception();
        }
        return answer(after);
    }

    private static DecisionAnswer answer(DecisionState state) {
        return DecisionAnswer.of(
                state,
                state instanceof DecisionState.Held held
                        ? DecisionRow.lastPermitted(held.namespace(), held.pipeline())
                                .orElse(null)
                        : null);
    }

    private DecisionState submit(DecisionState state, DecisionInput input, String traceparent) {
        var run = state.run().toString();
        return Answers.within(
                config.answerWithin(),
                stage.submit(new Input<>(run, input, UUID.randomUUID(), traceparent)),
                input.getClass().getSimpleName().toLowerCase(Locale.ROOT) + " of run " + run,
                "See GET /decisions/" + run);
    }

    /** With the roles that hold where the run is. */
    private Approver approver(String namespace) {
        if (caller.kind() != Identity.Kind.PERSON) {
            throw Problem.of(
                            403,
                            "not-a-person",
                            "Not a person",
                            caller.subject() + " is a program's account: an approval is a person's.")
                    .exception();
        }
        return new Approver(
                caller.subject(),
                Arrays.stream(Role.values())
                        .filter(role -> caller.has(role, namespace))
                        .map(Role::text)
                        .toList());
    }

    private static void refuseIf(Optional<Objection> objection) {
        objection.ifPresent(why -> {
            throw Problem.of(
                            switch (why.kind()) {
                                case CONFLICT -> 409;
                                case FORBIDDEN -> 403;
                                case INVALID -> 422;
                            },
                            why.code(),
                            "It does not count",
                            why.detail())
                    .exception();
        });
    }

    private DecisionState visible(String run) {
        return DecisionRow.stateOf(runId(run))
                .filter(decision -> caller.may(decision.namespace()))
                .orElseThrow(() -> Problem.of(
                                404,
                                "no-decision",
                                "No decision",
                                "Nothing is decided on run " + run + ": it is still on its way, was rejected at intake,"
                                        + " or is unknown. Its submission tells which.")
                        .exception());
    }

    private static RunId runId(String run) {
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

    private static Digest binding(String text) {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid(
                    "The field 'binding' is the digest of what is approved, as GET /decisions/RUN tells it under 'waiting';"
                            + " found '" + text + "'. Nothing was done.");
        }
    }

    private static String outcome(String text) {
        if (DecisionState.OUTCOMES.contains(text)) {
            return text;
        }
        throw invalid("The parameter 'outcome' is one of " + String.join(", ", DecisionState.OUTCOMES) + "; found '"
                + text + "'.");
    }

    private static int limit(String text) {
        if (text.matches("[0-9]{1,3}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= LISTED_MAX) {
            return Integer.parseInt(text);
        }
        throw invalid("The parameter 'limit' is a number from 1 to " + LISTED_MAX + ", found '" + text + "'.");
    }

    private static RuntimeException invalid(String detail) {
        return Problem.of(400, "invalid-request", "Invalid request", detail).exception();
    }
}
