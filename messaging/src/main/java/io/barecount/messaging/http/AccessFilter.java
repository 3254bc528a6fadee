package io.barecount.messaging.http;

import io.barecount.access.Allow;
import io.barecount.access.Identity;
import io.barecount.access.NoAccess;
import io.barecount.access.Role;
import io.barecount.access.Rule;
import io.barecount.access.Tokens;
import jakarta.annotation.Priority;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.lang.reflect.Method;
import java.security.Principal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jboss.resteasy.reactive.server.SimpleResourceInfo;

/** Lets a request through to its endpoint if the rule beside that allows it: by default none. */
@Singleton
public class AccessFilter {
    /** What is refused is told here, a line each: what was asked for, by whom if that is known, and why not. */
    private static final Logger REFUSED = Logger.getLogger("access.refused");

    private static final Logger LOG = Logger.getLogger(AccessFilter.class);

    private static final int PATH_CHARACTERS_MAX = 200;

    private final Entrance entrance;
    private final Caller caller;
    private final Map<Method, Optional<Rule>> rules = new ConcurrentHashMap<>();

    AccessFilter(Entrance entrance, Caller caller) {
        this.entrance = entrance;
        this.caller = caller;
    }

    @ServerRequestFilter
    @Priority(Priorities.AUTHENTICATION)
    public Response let(ContainerRequestContext request, SimpleResourceInfo endpoint) throws NoSuchMethodException {
        return switch (rule(endpoint).orElse(null)) {
            case null -> refused(request, null, NoAccess.NO_RULE, null);
            case Rule.Anybody anybody -> null;
            case Rule.OwnProof proof -> null;
            case Rule.Bearers bearers -> let(request, bearers);
        };
    }

    private Response let(ContainerRequestContext request, Rule.Bearers rule) {
        return switch (entrance.look(rule, request.getHeaderString(HttpHeaders.AUTHORIZATION))) {
            case Tokens.Verdict.Refused(var why) -> refused(request, null, why, rule);
            case Tokens.Verdict.Known(var identity) -> {
                var namespace = request.getUriInfo().getPathParameters().getFirst("namespace");
                var why = rule.refuse(identity, namespace);
                if (why.isPresent()) {
                    yield refused(request, identity.subject(), why.get(), rule);
                }
                enter(request, identity, rule);
                yield null;
            }
        };
    }

    private void enter(ContainerRequestContext request, Identity identity, Rule.Bearers rule) {
        caller.is(identity, rule);
        request.setSecurityContext(new Bearer(identity));
    }

    /** An endpoint whose rule is about the object has to have looked at it; a success that did not is a fault, and is not told. */
    @ServerResponseFilter
    public void checkAsked(ContainerResponseContext response, SimpleResourceInfo endpoint)
            throws NoSuchMethodException {
        if (response.getStatus() / 100 == 2
                && endpoint != null
                && rule(endpoint).orElse(null) instanceof Rule.Bearers rule
                && rule.scope() == Allow.Scope.OBJECT
                && !caller.wasAsked()) {
            LOG.errorf("%s answers without having asked whether its caller may see that", endpoint.getMethodName());
            response.setStatus(500);
            response.setEntity(
                    Problem.of(500, "internal", "Internal error", "The service did not check who may see this."));
        }
    }

    private Optional<Rule> rule(SimpleResourceInfo endpoint) throws NoSuchMethodException {
        if (endpoint == null || endpoint.getResourceClass() == null) {
            return Optional.empty();
        }
        var method = endpoint.getResourceClass().getDeclaredMethod(endpoint.getMethodName(), endpoint.parameterTypes());
        return rules.computeIfAbsent(method, Rule::of);
    }

    private static Response refused(ContainerRequestContext request, String subject, NoAccess why, Rule.Bearers rule) {
        REFUSED.infof(
                "%s %s by %s: %s",
                request.getMethod(),
                printable(request.getUriInfo().getPath()),
                subject == null ? "somebody unknown" : subject,
                why.words());
        var answer = problem(why, rule).response();
        return why.status() == 401
                ? Response.fromResponse(answer)
                        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"barecount\"")
                        .build()
                : answer;
    }

    private static String printable(String path) {
        return path.substring(0, Math.min(path.length(), PATH_CHARACTERS_MAX)).replaceAll("[^\\x21-\\x7E]", "?");
    }

    static Problem problem(NoAccess why, Rule.Bearers rule) {
        var code = why.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return why.status() == 401
                ? Problem.of(
                        401,
                        code,
                        "Not known",
                        "This needs a bearer's token: " + why.words()
                                + ". Send one as Authorization: Bearer TOKEN; on an embedded platform"
                                + " ./barecount token makes one.")
                : Problem.of(403, code, "Not allowed", "You may not do this: " + why.words() + needed(rule) + ".");
    }

    private static String needed(Rule.Bearers rule) {
        return rule == null
                ? ""
                : "; it takes the role "
                        + rule.roles().stream().map(Role::text).collect(Collectors.joining(" or "))
                        + (rule.scope() == Allow.Scope.PLATFORM ? " in all namespaces" : " in its namespace");
    }

    private record Bearer(Identity identity) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return identity::subject;
        }

        @Override
        public boolean isUserInRole(String role) {
            return Role.of(role).filter(known -> identity.has(known, null)).isPresent();
        }

        @Override
        public boolean isSecure() {
            return false;
        }

        @Override
        public String getAuthenticationScheme() {
            return "Bearer";
        }
    }
}
