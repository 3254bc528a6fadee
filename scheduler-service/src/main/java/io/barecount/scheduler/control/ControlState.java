package io.barecount.scheduler.control;

import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.control.Scope;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Instant;

/**
 * What is set of a scope; none at all while nothing ever was.
 *
 * @param reason and {@code by}: of the mode
 * @param since when the mode was set
 * @param most attempts out at once; null for what is configured for all scopes of its kind
 * @param least of a pool: capacity that is kept ready though nothing is to be done; null for none
 * @param startsPerSecond null without limit
 * @param weight of a namespace beside others; 1 for all else
 */
public record ControlState(
        Scope scope,
        Mode mode,
        String reason,
        String by,
        Instant since,
        Integer most,
        Integer least,
        Double startsPerSecond,
        double weight) {
    private static ControlState open(Scope scope, Instant now) {
        return new ControlState(scope, Mode.OPEN, null, null, now, null, null, null, 1);
    }

    private ControlState in(Mode to, String who, String why, Instant now) {
        return new ControlState(scope, to, why, who, now, most, least, startsPerSecond, weight);
    }

    /** @param state null if nothing was set of the scope yet */
    public static Decision<ControlState> decide(ControlState state, ControlInput input, Instant now) {
        var before = state == null ? open(input.scope(), now) : state;
        return switch (input) {
            case ControlInput.Turn(var scope, var to, var by, var reason) ->
                before.mode == to || (before.mode == Mode.DRAINED && to == Mode.DRAINING)
                        ? Decision.unchanged(state)
                        : told(
                                before.in(to, by, reason, now),
                                switch (to) {
                                    case OPEN -> new ControlEvent.Resumed(scope, by, reason, now);
                                    case PAUSED -> new ControlEvent.Paused(scope, by, reason, now);
                                    case DRAINING -> new ControlEvent.Draining(scope, by, reason, now);
                                    case KILLED -> new ControlEvent.Killed(scope, by, reason, now);
                                    case DRAINED -> throw new IllegalArgumentException("nobody sets a scope drained");
                                });
            case ControlInput.Limit(var scope, var most, var least, var starts, var weight, var by, var reason) ->
                told(
                        new ControlState(
                                scope,
                                before.mode,
                                before.reason,
                                before.by,
                                before.since,
                                most,
                                least,
                                starts,
                                weight),
                        new ControlEvent.LimitsSet(scope, most, least, starts, weight, by, reason, now));
            case ControlInput.Emptied(var scope) ->
                before.mode == Mode.DRAINING
                        ? told(
                                before.in(Mode.DRAINED, before.by, before.reason, now),
                                new ControlEvent.Drained(scope, ControlEvent.PLATFORM, now))
                        : Decision.unchanged(state);
        };
    }

    private static Decision<ControlState> told(ControlState state, ControlEvent event) {
        var key = state.scope.toString();
        return Decision.of(state, new Outgoing(key, key, namespace(state.scope), event));
    }

    /** That it belongs to; null for what is shared by all. */
    private static String namespace(Scope scope) {
        return switch (scope.kind()) {
            case NAMESPACE -> scope.name();
            case PIPELINE -> scope.name().substring(0, scope.name().indexOf('/'));
            case PLATFORM, RUNNER_TYPE, BOUNDARY, POOL -> null;
        };
    }
}
