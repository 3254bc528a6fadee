package io.barecount.messaging.http;

import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every error of every service's API is a {@link Problem}; one that nobody foresaw tells an id, and the log the rest. */
public class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    public Response unknownPath(NotFoundException e) {
        return Problem.of(404, "not-found", "Not found", "There is nothing at this address.")
                .response();
    }

    @ServerExceptionMapper
    public Response foreseen(WebApplicationException e) {
        if (e.getResponse().hasEntity()) {
            return e.getResponse();
        }
        var status = e.getResponse().getStatus();
        return Problem.of(
                        status,
                        "http-" + status,
                        e.getResponse().getStatusInfo().getReasonPhrase(),
                        e.getMessage())
                .response();
    }

    @ServerExceptionMapper
    public Response unforeseen(RuntimeException e) {
        var id = UUID.randomUUID();
        LOG.errorf(e, "request failed, problem %s", id);
        return Problem.of(500, "internal", "Internal error", "The service's log tells more under " + id + ".")
                .response();
    }
}
