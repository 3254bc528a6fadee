package io.barecount.gateway.api;

import io.barecount.access.Public;
import io.barecount.contracts.proof.SigningKey;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** The key that evidence is checked with. */
@Path("/keys/evidence")
class KeysResource {
    private final SigningKey evidenceKey;

    KeysResource(SigningKey evidenceKey) {
        this.evidenceKey = evidenceKey;
    }

    record Key(String keyId, String algorithm, String publicKey) {}

    @GET
    @Public(because = "a public key, by which anybody checks evidence")
    public Key key() {
        return new Key(
                evidenceKey.keyId(), "Ed25519", evidenceKey.verifyingKey().toPem());
    }
}
