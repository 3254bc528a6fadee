package io.barecount.scheduler.api;

import io.barecount.access.Allow;
import io.barecount.access.Role;
import io.barecount.contracts.control.Scope;
import io.barecount.messaging.http.Answers;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.JsonBody;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.scheduler.SchedulerConfig;
import io.barecount.scheduler.control.ControlInput;
import io.barecount.scheduler.control.ControlState;
import io.barecount.scheduler.control.Mode;
import io.barecount.scheduler.store.Controls;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** What is set of scopes: whether anything may start in them, and how much at once. */
@Path("/controls")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class ControlsResource {
    private static final String EXAMPLE =
            "{\"scope\": \"namespace/finance\", \"mode\": \"paused\", \"reason\": \"price check\"}";
    private static final double WEIGHT_MAX = 1000;

    private final Controls controls;
    private final Stage<ControlState, ControlInput> stage;
    private final SchedulerConfig config;
    private final Caller caller;

    ControlsResource(
            Controls controls, Stage<ControlState, ControlInput> stage, SchedulerConfig config, Caller caller) {
        this.caller = caller;
        this.controls = controls;
        this.stage = stage;
        this.config = config;
    }

    record Listed(List<ControlState> controls) {}

    /** All scopes of which anything was ever set. */
    @GET
    @Allow(in = Allow.Scope.OBJECT)
    public Listed list() {
        var visible = caller.namespaces();
        return new Listed(controls.all().stream()
                .filter(control -> namespace(control.scope()) == null || visible.contains(namespace(control.scope())))
                .toList());
    }

    /**
     * Sets a scope's mode, or its limits, or both: {@code scope} and {@code reason} have to be there; {@code mode} is open, paused,
     * draining or killed; {@code most}, {@code least}, {@code startsPerSecond} and {@code weight} stay as they are unless they are there, and null takes
     * a limit away. Answers with what holds then, once that is stored and told.
     */
    @POST
    @Allow(value = Role.OPERATOR, in = Allow.Scope.OBJECT)
    @Consumes(MediaType.WILDCARD)
    public Response set(@HeaderParam("traceparent") String traceparent, String body) {
        var asked = JsonBody.of(body, EXAMPLE);
        var scope = scope(asked);
        caller.require(namespace(scope));
        var reason = asked.reason();
        var by = caller.subject();
        ControlState after = null;
        if (asked.has("mode")) {
            after = submit(new ControlInput.Turn(scope, mode(asked), by, reason), traceparent);
        }
        if (asked.has("most") || asked.has("least") || asked.has("startsPerSecond") || asked.has("weight")) {
            var before = controls.of(scope).orElse(null);
            after = submit(
                    new ControlInput.Limit(
                            scope,
                            most(asked, before),
                            least(asked, before, scope),
                            startsPerSecond(asked, before),
                            weight(asked, before, scope),
                            by,
                            reason),
                    traceparent);
        } else if (!asked.has("mode")) {
            throw Problems.invalid("Nothing is asked for: say 'mode', 'most', 'least', 'startsPerSecond' or 'weight'.")
                    .exception();
        }
        return Response.ok(after == null ? controls.of(scope).orElse(null) : after)
                .build();
    }

    /** Null of a scope that namespaces share. */
    private static String namespace(Scope scope) {
        return switch (scope.kind()) {
            case NAMESPACE -> scope.name();
            case PIPELINE -> scope.name().substring(0, scope.name().indexOf('/'));
            case PLATFORM, RUNNER_TYPE, BOUNDARY, POOL -> null;
        };
    }

    private ControlState submit(ControlInput input, String traceparent) {
        return Answers.within(
                config.answerWithin(),
                stage.submit(new Input<>(input.scope().toString(), input, UUID.randomUUID(), traceparent)),
                "setting of " + input.scope(),
                "See GET /controls");
    }

    private static Scope scope(JsonBody asked) {
        try {
            return Scope.parse(asked.text("scope"));
        } catch (IllegalArgumentException e) {
            throw Problems.invalid("The field 'scope': " + e.getMessage() + ".").exception();
        }
    }

    private static Mode mode(JsonBody asked) {
        var word = asked.text("mode");
        return switch (word) {
            case "open" -> Mode.OPEN;
            case "paused" -> Mode.PAUSED;
            case "draining" -> Mode.DRAINING;
            case "killed" -> Mode.KILLED;
            default ->
                throw Problems.invalid(
                                "The field 'mode' is one of open, paused, draining, killed; found '" + word + "'.")
                        .exception();
        };
    }

    private static Integer most(JsonBody asked, ControlState before) {
        if (!asked.has("most")) {
            return before == null ? null : before.most();
        }
        var most = asked.at("most");
        if (most.isNull() || (most.isInt() && most.intValue() >= 0)) {
            return most.isNull() ? null : (Integer) most.intValue();
        }
        throw Problems.invalid("The field 'most' is a whole number from 0, or null for the configured limit; found "
                        + most + ".")
                .exception();
    }

    private static Integer least(JsonBody asked, ControlState before, Scope scope) {
        if (!asked.has("least")) {
            return before == null ? null : before.least();
        }
        var least = asked.at("least");
        if (scope.kind() == Scope.Kind.POOL && (least.isNull() || (least.isInt() && least.intValue() >= 0))) {
            return least.isNull() ? null : (Integer) least.intValue();
        }
        throw Problems.invalid("The field 'least' is a pool's, a whole number from 0, or null for none; found " + least
                        + " of " + scope + ".")
                .exception();
    }

    private static Double startsPerSecond(JsonBody asked, ControlState before) {
        if (!asked.has("startsPerSecond")) {
            return before == null ? null : before.startsPerSecond();
        }
        var starts = asked.at("startsPerSecond");
        if (starts.isNull() || (starts.isNumber() && starts.doubleValue() > 0)) {
            return starts.isNull() ? null : (Double) starts.doubleValue();
        }
        throw Problems.invalid(
                        "The field 'startsPerSecond' is a number above 0, or null for no limit; found " + starts + ".")
                .exception();
    }

    private static double weight(JsonBody asked, ControlState before, Scope scope) {
        if (!asked.has("weight")) {
            return before == null ? 1 : before.weight();
        }
        var weight = asked.at("weight");
        if (scope.kind() == Scope.Kind.NAMESPACE
                && weight.isNumber()
                && weight.doubleValue() > 0
                && weight.doubleValue() <= WEIGHT_MAX) {
            return weight.doubleValue();
        }
        throw Problems.invalid("The field 'weight' is a namespace's, a number above 0 and up to "
                        + String.format(Locale.ROOT, "%.0f", WEIGHT_MAX) + "; found " + weight + " of " + scope + ".")
                .exception();
    }
}
