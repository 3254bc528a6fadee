package io.barecount.policy.api;

import io.barecount.access.Public;
import io.barecount.policy.LiveGovernance;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The public half of the key that permits are signed with: what anybody needs to check one. */
@Path("/keys/permit")
@Public(because = "a public key, by which anybody checks a permit")
public class KeysResource {
    static final String PEM = "application/x-pem-file";

    private final LiveGovernance governance;

    KeysResource(LiveGovernance governance) {
        this.governance = governance;
    }

    /** @param keyId as in the {@code keyid} of a permit's signature */
    public record PublicKey(String keyId, String algorithm, String pem) {}

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public PublicKey json() {
        var key = governance.permits().verifyingKey();
        return new PublicKey(key.keyId(), "Ed25519", key.toPem());
    }

    @GET
    @Produces(PEM)
    public String pem() {
        return governance.permits().verifyingKey().toPem();
    }
}
