package io.barecount.gateway.api;

import io.barecount.access.Public;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.io.InputStream;

/** The program that started runners execute. It holds no secret: what may be done with it, the claim token says. */
@Path("/workloads/bootstrap")
class BootstrapResource {
    @GET
    @Public(because = "a program that is part of this product and holds no secret")
    @Produces("text/x-python")
    public byte[] bootstrap() throws IOException {
        try (InputStream file = getClass().getResourceAsStream("/bootstrap/barecount_bootstrap.py")) {
            return file.readAllBytes();
        }
    }
}
