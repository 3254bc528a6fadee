package io.barecount.console.api;

import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Every address below {@code /console/} is the same document, which shows what the address names. */
@ApplicationScoped
class Pages {
    void open(@Observes Router router) {
        router.get("/console/*").handler(request -> request.reroute("/"));
    }
}
