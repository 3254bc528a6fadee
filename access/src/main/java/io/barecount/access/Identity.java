package io.barecount.access;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Somebody who has shown who they are.
 *
 * @param subject unique among those whom the issuer knows: what separates duties compares it
 */
public record Identity(String subject, Kind kind, Set<Grant> grants) {
    /** What a subject is. */
    public enum Kind {
        PERSON,
        /** A program with an account of its own, such as a publisher. */
        SERVICE
    }

    /** Whoever calls where nobody has to say who they are: everything, everywhere, but no agent. */
    public static final Identity ANYBODY = new Identity(
            "anonymous",
            Kind.PERSON,
            Arrays.stream(Role.values())
                    .filter(role -> role != Role.AGENT)
                    .map(role -> new Grant(role, Grant.EVERYWHERE))
                    .collect(Collectors.toSet()));

    public Identity {
        grants = Set.copyOf(grants);
    }

    /** @param namespace null is in none, and so asks for the role everywhere */
    public boolean has(Role role, String namespace) {
        return hasAny(List.of(role), namespace);
    }

    /** As {@link #has}, for any of several roles. */
    public boolean hasAny(Collection<Role> roles, String namespace) {
        return grants.stream().anyMatch(grant -> roles.contains(grant.role()) && grant.holdsIn(namespace));
    }

    /** Where it has any of these roles. */
    public Namespaces namespaces(Collection<Role> roles) {
        var names = grants.stream()
                .filter(grant -> roles.contains(grant.role()))
                .map(Grant::namespace)
                .collect(Collectors.toSet());
        return names.contains(Grant.EVERYWHERE) ? new Namespaces(true, Set.of()) : new Namespaces(false, names);
    }
}
