package io.barecount.console;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** An error as RFC 9457 tells it. */
public final class Problem {
    private Problem() {}

    public static void answer(RoutingContext request, int status, String code, String title, String detail) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .end(new JsonObject()
                        .put("type", "urn:barecount:problem:" + code)
                        .put("title", title)
                        .put("status", status)
                        .put("detail", detail)
                        .encode());
    }
}
