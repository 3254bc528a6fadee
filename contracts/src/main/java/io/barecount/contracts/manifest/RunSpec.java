package io.barecount.contracts.manifest;

import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import java.util.Map;

/**
 * Exactly what one run will execute: the normalised manifest, with this run's parameters and payload. A permit is given for its
 * digest, so that not a byte of it can change between decision and start.
 *
 * @param parameters all of them: the manifest's own, overridden by the submission's
 * @param payload may be null
 * @param signature of the manifest as it was submitted, with that as its payload: where the runner was chosen by governance, this manifest
 *     differs from it in the runner. Null where nobody signed it
 */
public record RunSpec(Manifest manifest, Map<String, String> parameters, String payload, Envelope signature) {
    public RunSpec {
        parameters = parameters == null ? Map.of() : Map.copyOf(parameters);
    }

    /** Of a manifest that nobody signed. */
    public RunSpec(Manifest manifest, Map<String, String> parameters, String payload) {
        this(manifest, parameters, payload, null);
    }

    public Digest digest() {
        return Digest.ofCanonical(this);
    }
}
