package io.barecount.console;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyResponse;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Passes requests on by the first segment of their path; bodies stream through, nothing is buffered. */
@ApplicationScoped
class FrontDoor {
    private static final Logger LOG = Logger.getLogger(FrontDoor.class);
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final int CONNECTIONS_MAX = 256;
    private static final int IDLE_SECONDS = 60;

    /** Which service answers for a path's first segment. */
    private static Map<String, URI> routes(ConsoleConfig config) {
        var routes = new LinkedHashMap<String, URI>();
        for (var segment :
                new String[] {"submissions", "webhooks", "pipelines", "validate", "explain", "filters", "schemas"}) {
            routes.put(segment, config.manifestService());
        }
        for (var segment : new String[] {
            "decisions",
            "check",
            "exemptions",
            "policies",
            "boundaries",
            "prices",
            "budgets",
            "spend",
            "estimates",
            "keys/permit"
        }) {
            routes.put(segment, config.policyService());
        }
        for (var segment : new String[] {"runs", "controls", "pools", "schedules", "backfills"}) {
            routes.put(segment, config.schedulerService());
        }
        for (var segment : new String[] {"attempts", "agents", "keys/evidence"}) {
            routes.put(segment, config.runnerGateway());
        }
        routes.put("ledger", config.ledgerService());
        return routes;
    }

    void open(@Observes Router router, Vertx vertx, ConsoleConfig config) {
        router.route().handler(FrontDoor::refuseOtherSites);
        var client = vertx.createHttpClient(new HttpClientOptions()
                .setMaxPoolSize(CONNECTIONS_MAX)
                .setConnectTimeout((int) TimeUnit.SECONDS.toMillis(2))
                .setKeepAliveTimeout(IDLE_SECONDS));
        routes(config).forEach((segment, service) -> {
            var proxy = proxy(client, service, segment);
            router.route("/" + segment).handler(request -> proxy.handle(request.request()));
            router.route("/" + segment + "/*").handler(request -> proxy.handle(request.request()));
        });
    }

    /** A page of another site that is open in the same browser could ask for anything. Browsers say whose wish it is. */
    private static void refuseOtherSites(RoutingContext request) {
        var site = request.request().getHeader("Sec-Fetch-Site");
        var reads = READS.contains(request.request().method());
        if (reads || site == null || site.equals("same-origin") || site.equals("none")) {
            request.next();
            return;
        }
        Problem.answer(
                request,
                403,
                "other-site",
                "Asked by another site",
                "A browser sent this on behalf of another site (Sec-Fetch-Site: " + site
                        + "). Changes are taken from the console's own pages and from programs.");
    }

    private static HttpProxy proxy(HttpClient client, URI service, String segment) {
        return HttpProxy.reverseProxy(client)
                .origin(service.getPort(), service.getHost())
                .addInterceptor(new ProxyInterceptor() {
                    @Override
                    public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
                        return context.sendRequest().recover(failure -> {
                            LOG.warnf("/%s: %s does not answer: %s", segment, service, failure.getMessage());
                            return Future.succeededFuture(unavailable(context, segment));
                        });
                    }
                });
    }

    /** RFC 9457. The request did not reach the service, or its answer did not come: repeating it with the same key is safe. */
    private static ProxyResponse unavailable(ProxyContext context, String segment) {
        var problem = new JsonObject()
                .put("type", "urn:barecount:problem:service-unavailable")
                .put("title", "Service unavailable")
                .put("status", 503)
                .put(
                        "detail",
                        "The service behind /" + segment + " does not answer at present. Try again in a moment; a"
                                + " submission with the same Idempotency-Key makes no second run.");
        return context.request()
                .release()
                .response()
                .setStatusCode(503)
                .putHeader("Retry-After", "1")
                .putHeader("Content-Type", "application/problem+json")
                .setBody(Body.body(Buffer.buffer(problem.encode())));
    }
}
