package io.barecount.console;

import io.barecount.access.AccessConfig;
import io.barecount.access.Allow;
import io.barecount.access.Door;
import io.barecount.access.Identity;
import io.barecount.access.NoAccess;
import io.barecount.access.Role;
import io.barecount.access.Rule;
import io.barecount.access.Tokens;
import io.quarkus.runtime.Startup;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Who calls. A browser signs in by a link with a token, which is kept as a cookie that no page's script can read and no other site can
 * use; from there on it stands for the bearer's token that programs send themselves. What is passed on is judged by the service that it
 * is passed on to; what the console answers itself it lets nobody see without one of {@link #READERS}.
 */
@Startup
@ApplicationScoped
public class Gate {
    /** Roles that see topics, where they hold. */
    public static final List<Role> READERS =
            List.of(Role.DEVELOPER, Role.OPERATOR, Role.GOVERNANCE, Role.NETWORK, Role.AUDITOR);

    private static final Logger REFUSED = Logger.getLogger("access.refused");
    private static final Logger LOG = Logger.getLogger(Gate.class);
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final String COOKIE = "barecount";
    private static final String AUTHORIZATION = "Authorization";
    private static final String IDENTITY = "barecount.identity";
    private static final int LINKS_REMEMBERED_MAX = 10_000;
    private static final int FIRST = -1_000;

    private final Door door;
    private final Set<String> usedLinks = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > LINKS_REMEMBERED_MAX;
        }
    });

    Gate(AccessConfig config) {
        door = Door.of(config, Clock.systemUTC());
        if (door.isOpen()) {
            LOG.warn("barecount.access.open: anybody who reaches this console may see and do anything");
        }
    }

    void open(@Observes Router router, Vertx vertx) {
        router.route().order(FIRST).handler(Gate::fromCookie);
        router.get("/sign-in")
                .handler(request ->
                        judge(vertx, request, "Bearer " + request.queryParams().get("token"), this::signIn));
        router.post("/sign-out").handler(Gate::signOut);
    }

    /** Its own routes, for those of {@link #READERS}. */
    public Handler<RoutingContext> readers(Vertx vertx, Allow.Scope scope) {
        var rule = new Rule.Bearers(READERS, scope, "");
        return request -> judge(
                vertx,
                request,
                request.request().getHeader(AUTHORIZATION),
                (asking, identity) -> rule.refuse(identity, null)
                        .ifPresentOrElse(why -> refuse(asking, identity.subject(), why), () -> {
                            asking.put(IDENTITY, identity);
                            asking.next();
                        }));
    }

    /** Who {@link #readers} let through. */
    public static Identity identity(RoutingContext request) {
        return request.get(IDENTITY);
    }

    private interface Then {
        void go(RoutingContext request, Identity identity);
    }

    /** Verifying may wait for the issuer's keys, and so does not happen on the event loop. */
    private void judge(Vertx vertx, RoutingContext request, String authorization, Then then) {
        vertx.executeBlocking(() -> door.look(authorization), false)
                .onSuccess(verdict -> {
                    switch (verdict) {
                        case Tokens.Verdict.Refused(var why) -> refuse(request, null, why);
                        case Tokens.Verdict.Known(var identity) -> then.go(request, identity);
                    }
                })
                .onFailure(request::fail);
    }

    /** A link signs in once. Its token goes on being one, until it expires. */
    private void signIn(RoutingContext request, Identity identity) {
        var token = request.queryParams().get("token");
        synchronized (usedLinks) {
            if (!usedLinks.add(token == null ? "" : token) && !door.isOpen()) {
                Problem.answer(
                        request,
                        403,
                        "link-used",
                        "This link was used",
                        "A link signs in once. ./barecount token --link makes another.");
                return;
            }
        }
        LOG.infof("%s signed in", identity.subject());
        if (token != null && !door.isOpen()) {
            request.response()
                    .addCookie(Cookie.cookie(COOKIE, token)
                            .setHttpOnly(true)
                            .setSameSite(CookieSameSite.STRICT)
                            .setSecure(request.request().isSSL())
                            .setPath("/"));
        }
        request.response()
                .setStatusCode(303)
                .putHeader("Location", "/")
                .putHeader("Cache-Control", "no-store")
                .end();
    }

    private static void signOut(RoutingContext request) {
        request.response()
                .addCookie(Cookie.cookie(COOKIE, "")
                        .setHttpOnly(true)
                        .setSameSite(CookieSameSite.STRICT)
                        .setPath("/")
                        .setMaxAge(0))
                .setStatusCode(204)
                .end();
    }

    /** A cookie comes along by itself, whoever's wish the request is: so a change by it has to come from the console's own pages. */
    private static void fromCookie(RoutingContext request) {
        var headers = request.request().headers();
        var cookie = request.request().getCookie(COOKIE);
        if (cookie != null && !headers.contains(AUTHORIZATION)) {
            if (!READS.contains(request.request().method()) && !isOwn(request)) {
                refuse(request, null, NoAccess.OTHER_SITE);
                return;
            }
            headers.set(AUTHORIZATION, "Bearer " + cookie.getValue());
        }
        if (cookie != null) {
            headers.remove("Cookie");
        }
        request.next();
    }

    private static boolean isOwn(RoutingContext request) {
        var site = request.request().getHeader("Sec-Fetch-Site");
        var origin = request.request().getHeader("Origin");
        var authority = request.request().authority();
        return site != null
                ? site.equals("same-origin")
                : origin != null && authority != null && origin.endsWith("://" + authority);
    }

    private static void refuse(RoutingContext request, String subject, NoAccess why) {
        REFUSED.infof(
                "%s %s by %s: %s",
                request.request().method(),
                request.normalizedPath().replaceAll("[^\\x21-\\x7E]", "?"),
                subject == null ? "somebody unknown" : subject,
                why.words());
        if (why.status() == 401) {
            request.response().putHeader("WWW-Authenticate", "Bearer realm=\"barecount\"");
        }
        Problem.answer(
                request,
                why.status(),
                why.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                why.status() == 401 ? "Not known" : "Not allowed",
                (why.status() == 401 ? "This needs a bearer's token: " : "You may not do this: ") + why.words() + ".");
    }
}
