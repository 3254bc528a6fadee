package io.barecount.access;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;

/** The rule of one endpoint, as it stands beside it. */
public sealed interface Rule {
    /** Answers anybody. */
    record Anybody() implements Rule {}

    /** The endpoint checks a proof of its own. */
    record OwnProof() implements Rule {}

    /** @param unless as {@link Allow#unless} */
    record Bearers(List<Role> roles, Allow.Scope scope, String unless) implements Rule {
        public Bearers {
            roles = List.copyOf(roles);
        }

        /**
         * What can be said before the object is known.
         *
         * @param namespace that the address names; null if it names none
         * @return why not; empty if it may go on
         */
        public Optional<NoAccess> refuse(Identity identity, String namespace) {
            if (identity.grants().stream().noneMatch(grant -> roles.contains(grant.role()))) {
                return Optional.of(NoAccess.NO_ROLE);
            }
            var holds = switch (scope) {
                case OBJECT, ANY -> true;
                case PATH -> namespace != null && identity.hasAny(roles, namespace);
                case PLATFORM -> identity.hasAny(roles, null);
            };
            return holds ? Optional.empty() : Optional.of(NoAccess.OTHER_NAMESPACE);
        }
    }

    /** The method's own, or its class's; empty if nobody said one. */
    static Optional<Rule> of(Method endpoint) {
        return of((AnnotatedElement) endpoint).or(() -> of(endpoint.getDeclaringClass()));
    }

    private static Optional<Rule> of(AnnotatedElement element) {
        if (element.isAnnotationPresent(Public.class)) {
            return Optional.of(new Anybody());
        }
        if (element.isAnnotationPresent(Proven.class)) {
            return Optional.of(new OwnProof());
        }
        return Optional.ofNullable(element.getAnnotation(Allow.class))
                .map(allow -> new Bearers(List.of(allow.value()), allow.in(), allow.unless()));
    }
}
