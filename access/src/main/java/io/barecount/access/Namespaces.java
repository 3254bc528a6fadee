package io.barecount.access;

import java.util.Set;

/**
 * Namespaces that somebody may see.
 *
 * @param all whether it is every one; then {@code names} is empty
 */
public record Namespaces(boolean all, Set<String> names) {
    public Namespaces {
        names = Set.copyOf(names);
    }

    public boolean contains(String namespace) {
        return all || (namespace != null && names.contains(namespace));
    }
}
