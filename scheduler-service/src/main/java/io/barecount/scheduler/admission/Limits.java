package io.barecount.scheduler.admission;

import io.barecount.contracts.control.Scope;
import java.util.Collection;
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
