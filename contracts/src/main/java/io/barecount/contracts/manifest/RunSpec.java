package io.barecount.contracts.manifest;

import io.barecount.contracts.proof.Digest;
import java.util.Map;

/**
 * Exactly what one run will execute: the normalised manifest, with this run's parameters and payload. A permit is given for its
 * digest, so that not a byte of it can change between decision and start.
 *
 * @param parameters all of them: the manifest's own, overridden by the submission's
 * @param payload may be null
 */
public record RunSpec(Manifest manifest, Map<String, String> parameters, String payload) {
    public RunSpec {
        parameters = parameters == null ? Map.of() : Map.copyOf(parameters);
    }

    public Digest digest() {
        return Digest.ofCanonical(this);
    }
}
