package io.barecount.messaging.http;

import io.barecount.access.Identity;
import io.barecount.access.Namespaces;
import io.barecount.access.NoAccess;
import io.barecount.access.Role;
import io.barecount.access.Rule;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import java.util.Set;

/**
 * Who calls the endpoint that is running, and where the roles that its rule asks for hold. What an endpoint tells of, it asks about here
 * first: an object that the caller may not see is to look as if it were not there.
 */
@RequestScoped
public class Caller {
    private Identity identity;
    private Rule.Bearers rule;
    private boolean asked;

    void is(Identity known, Rule.Bearers ruleOfEndpoint) {
        identity = known;
        rule = ruleOfEndpoint;
    }

    /** Whether the endpoint looked at what its caller may see: one of scope OBJECT that did not is refused, whatever it answers. */
    boolean wasAsked() {
        return asked;
    }

    /** Unique among those whom the issuer knows; {@code anonymous} where nobody has to say who they are. */
    public String subject() {
        return identity.subject();
    }

    public Identity.Kind kind() {
        return identity.kind();
    }

    /** Whether nobody has to say who they are here: then all that is done is done by one and the same. */
    public boolean isAnybody() {
        return identity.equals(Identity.ANYBODY);
    }

    /** @param namespace null asks for the role in all */
    public boolean has(Role role, String namespace) {
        return identity.has(role, namespace);
    }

    /**
     * Whether one of the roles that the endpoint asks for holds there.
     *
     * @param namespace of the object; null is in none, and so asks for a role in all
     */
    public boolean may(String namespace) {
        asked = true;
        return identity.hasAny(rule.roles(), namespace);
    }

    /**
     * For what names its namespace itself.
     *
     * @throws jakarta.ws.rs.WebApplicationException 403 unless {@link #may}: whether anything is there or not
     */
    public void require(String namespace) {
        if (!may(namespace)) {
            throw AccessFilter.problem(NoAccess.OTHER_NAMESPACE, rule).exception();
        }
    }

    /** Where {@link #may} holds. */
    public Namespaces namespaces() {
        asked = true;
        return identity.namespaces(rule.roles());
    }

    /**
     * Where a list is to look.
     *
     * @param wanted the only namespace that is asked for; null for all
     * @return empty for everywhere
     */
    public Optional<Set<String>> within(String wanted) {
        var visible = namespaces();
        if (wanted != null) {
            return Optional.of(visible.contains(wanted) ? Set.of(wanted) : Set.of());
        }
        return visible.all() ? Optional.empty() : Optional.of(visible.names());
    }
}
