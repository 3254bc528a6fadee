package io.barecount.gateway.permit;

import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.dispatch.DispatchEvent.Start;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Change;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.signature.ManifestSignature;
import io.barecount.contracts.signature.Signers;
import io.barecount.contracts.signature.Signers.Refusal;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Whether what is to be started was signed by somebody who may, by the gateway's own list. That it was found so at intake is not believed,
 * and may not be so any more.
 */
public final class SignatureCheck {
    private static final String RUNNER = "runner";

    private final Function<String, Signers> signers;

    /** @param signers of a namespace, as they are now */
    public SignatureCheck(Function<String, Signers> signers) {
        this.signers = signers;
    }

    /**
     * Why it may not start; empty if it may.
     *
     * @param start whose permit verifies
     */
    public Optional<String> refusal(Start start, Instant now) {
        var spec = start.spec();
        if (spec.signature() != null
                && !ManifestSignature.isOf(spec.signature(), spec.manifest())
                && !isOfDeclared(start)) {
            return Optional.of("the signature is of another manifest than the one that was permitted");
        }
        return refusal(spec, now);
    }

    /** As the other, of what was found to be signed before and has waited since: whether it still may start. */
    public Optional<String> refusal(RunSpec spec, Instant now) {
        return signers.apply(spec.manifest().namespace())
                .refusal(spec.signature(), now)
                .map(Refusal::message);
    }

    /** Where governance chose the runner: what was declared is what was signed, and nothing but the runner is another. */
    private static boolean isOfDeclared(Start start) {
        var spec = start.spec();
        try {
            var permitted = Json.fromTree(start.permit().peek().predicate(), Permit.class)
                    .declared();
            var declared = spec.signature().peek(Manifest.class);
            return permitted != null
                    && ManifestSignature.isOf(spec.signature(), declared)
                    && permitted.equals(
                            new RunSpec(declared, spec.parameters(), spec.payload(), spec.signature()).digest())
                    && Change.between(declared, spec.manifest()).stream()
                            .allMatch(change -> change.part().equals(RUNNER));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
