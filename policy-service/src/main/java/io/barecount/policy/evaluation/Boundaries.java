package io.barecount.policy.evaluation;

import io.barecount.contracts.decision.Boundary;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All governed boundaries, by name. */
public final class Boundaries {
    private final Map<String, KnownBoundary> byName = new TreeMap<>();

    /** @throws IllegalArgumentException if two have one name */
    public Boundaries(Collection<Boundary> boundaries) {
        for (var boundary : boundaries) {
            if (byName.put(boundary.name(), new KnownBoundary(boundary)) != null) {
                throw new IllegalArgumentException("there are two boundaries called " + boundary.name());
            }
        }
    }

    public Optional<KnownBoundary> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** In the order of their names. */
    public List<KnownBoundary> all() {
        return List.copyOf(byName.values());
    }

    public List<String> names() {
        return List.copyOf(byName.keySet());
    }
}
