package io.barecount.ledger.view;

import io.barecount.contracts.execution.Evidence;
import java.util.List;
import java.util.stream.Stream;

/**
 * Through which network a run's attempts went, as their evidence says: what was asked for, what was configured, what was seen. Each with
 * the different values that there were, in alphabetical order, and no more than {@value #VALUES_MAX} of them.
 */
public record Network(List<String> requested, List<String> applied, List<String> observed) {
    private static final int VALUES_MAX = 8;
    static final Network NONE = new Network(List.of(), List.of(), List.of());

    public Network {
        requested = List.copyOf(requested);
        applied = List.copyOf(applied);
        observed = List.copyOf(observed);
    }

    Network with(Evidence.Network more) {
        return more == null
                ? this
                : new Network(
                        add(requested, more.requested()), add(applied, more.applied()), add(observed, more.observed()));
    }

    /** The first of all, whichever came first. */
    static List<String> add(List<String> values, String more) {
        return more == null || values.contains(more)
                ? values
                : Stream.concat(values.stream(), Stream.of(more))
                        .sorted()
                        .limit(VALUES_MAX)
                        .toList();
    }
}
