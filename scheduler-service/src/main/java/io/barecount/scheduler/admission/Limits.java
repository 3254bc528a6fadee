package io.barecount.scheduler.admission;

import io.barecount.contracts.control.Scope;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All limits and controls of one moment. */
public final class Limits {
    private final Map<Scope, Control> controls;
    private final Map<Scope.Kind, Integer> most;

    /** @param most attempts at once in a scope of each kind, unless set for the scope itself; a kind that is missing has no limit */
    public Limits(Collection<Control> controls, Map<Scope.Kind, Integer> most) {
        this.controls = controls.stream().collect(Collectors.toMap(Control::scope, Function.identity()));
        this.most = Map.copyOf(most);
    }

    /** {@link Integer#MAX_VALUE} where there is no limit. */
    int most(Scope scope) {
        var control = controls.get(scope);
        return control == null || control.most() == null
                ? most.getOrDefault(scope.kind(), Integer.MAX_VALUE)
                : control.most();
    }

    /** Attempts at once that a pool may come to: the least of its own limit, its runner type's and its boundary's. */
    public int mostOfPool(Scope pool) {
        var parts = pool.name().split("@");
        return Math.min(
                most(pool),
                Math.min(
                        most(new Scope(Scope.Kind.RUNNER_TYPE, parts[0])),
                        Math.min(most(new Scope(Scope.Kind.BOUNDARY, parts[1])), most(Scope.PLATFORM))));
    }

    /** Capacity that a pool keeps ready. */
    public int least(Scope pool) {
        var control = controls.get(pool);
        return control == null || control.least() == null ? 0 : control.least();
    }

    /** Pools that keep any ready. */
    public List<Scope> kept() {
        return controls.keySet().stream()
                .filter(scope -> scope.kind() == Scope.Kind.POOL && least(scope) > 0)
                .toList();
    }

    /** Null while the scope is open. */
    String closed(Scope scope) {
        var control = controls.get(scope);
        return control == null ? null : control.closed();
    }

    /** Null without limit. */
    Double startsPerSecond(Scope scope) {
        var control = controls.get(scope);
        return control == null ? null : control.startsPerSecond();
    }

    double weight(String namespace) {
        var control = controls.get(Scope.namespace(namespace));
        return control == null ? 1 : control.weight();
    }
}
