package io.barecount.messaging.http;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.List;

/**
 * An error as RFC 9457 tells it.
 *
 * @param type {@code urn:barecount:problem:} and a stable code
 * @param title the same for every problem of the type
 * @param detail what was found here, what is allowed, what to do next
 * @param errors one by one, where there are several, such as a manifest's violations
 */
public record Problem(String type, String title, int status, String detail, List<?> errors) {
    public static final String MEDIA_TYPE = "application/problem+json";

    public static Problem of(int status, String code, String title, String detail) {
        return of(status, code, title, detail, List.of());
    }

    public static Problem of(int status, String code, String title, String detail, List<?> errors) {
        return new Problem("urn:barecount:problem:" + code, title, status, detail, errors);
    }

    public Response response() {
        return Response.status(status).type(MEDIA_TYPE).entity(this).build();
    }

    /** For throwing out of a resource method. */
    public WebApplicationException exception() {
        return new WebApplicationException(detail, response());
    }
}
