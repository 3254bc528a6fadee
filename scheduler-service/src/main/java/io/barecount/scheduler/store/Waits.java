package io.barecount.scheduler.store;

import io.barecount.contracts.control.Scope;
import io.barecount.scheduler.admission.Hold;
import io.barecount.scheduler.admission.Lane;
import io.barecount.scheduler.run.RunState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Says why a run doesn't dispatch what it would, as the next round of the admission would find it. */
@ApplicationScoped
public class Waits {
    private static final int USERS_MAX = 5;

    private final Rounds rounds;

    Waits(Rounds rounds) {
        this.rounds = rounds;
    }

    /**
     * @param scope that holds it back; null if only others are before it
     * @param limit the most attempts at once, or the starts a second; null if the scope is closed
     * @param used attempts of the scope that are out; null where none are counted
     * @param usedBy the pipelines that have most of them out
     */
    public record Wait(Scope scope, String why, Number limit, Integer used, List<User> usedBy) {}

    public record User(String namespace, String pipeline, int attempts) {}

    /** Null if it would dispatch nothing. */
    @Transactional
    public List<Wait> of(RunState state) {
        var summary = state.summary();
        if (summary.paused() != null) {
            return List.of(new Wait(null, "the run is paused: " + summary.paused(), null, null, null));
        }
        if (state.demand().wanted() == 0) {
            return null;
        }
        var lane = Lane.of(summary.namespace(), summary.pipeline(), summary.placement());
        var picture = rounds.picture();
        var holds = picture.admission().holds(lane, picture.held(), picture.starts(), Instant.now());
        return holds.isEmpty()
                ? List.of(new Wait(null, "others are before it; nothing holds it back", null, null, null))
                : holds.stream().map(hold -> wait(hold, picture.held())).toList();
    }

    private static Wait wait(Hold hold, Map<Lane, Integer> held) {
        return switch (hold) {
            case Hold.Closed(var scope, var reason) -> new Wait(scope, scope + " is " + reason, null, null, null);
            case Hold.Full(var scope, var most, var used) ->
                new Wait(
                        scope,
                        scope + " may have " + most + " attempts out at once, and has " + used,
                        most,
                        used,
                        users(scope, held));
            case Hold.Throttled(var scope, var perSecond) ->
                new Wait(scope, scope + " may start " + perSecond + " attempts a second", perSecond, null, null);
        };
    }

    private static List<User> users(Scope scope, Map<Lane, Integer> held) {
        return held.entrySet().stream()
                .filter(entry -> entry.getKey().scopes().contains(scope))
                .map(entry ->
                        new User(entry.getKey().namespace(), entry.getKey().pipeline(), entry.getValue()))
                .sorted(Comparator.comparingInt(User::attempts).reversed())
                .limit(USERS_MAX)
                .toList();
    }
}
