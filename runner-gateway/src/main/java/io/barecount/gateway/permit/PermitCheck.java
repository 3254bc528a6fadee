package io.barecount.gateway.permit;

import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.dispatch.DispatchEvent.Start;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.NotProven;
import io.barecount.contracts.proof.VerifyingKey;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a permit covers exactly what is to be started. Nothing of the record is believed: every digest is computed again from what
 * would really run.
 */
public final class PermitCheck {
    private final List<VerifyingKey> trusted;

    public PermitCheck(List<VerifyingKey> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    /** Why it may not start, naming the part that differs; empty if it may. */
    public Optional<String> refusal(Start start, Instant now) {
        if (start.permit() == null) {
            return Optional.of("there is no permit");
        }
        Permit permit;
        var spec = start.spec().digest();
        try {
            permit = start.permit().verify(trusted).predicate(Permit.PREDICATE_TYPE, Permit.class, spec);
        } catch (NotProven e) {
            return Optional.of("the permit does not verify: " + e.getMessage());
        }
        if (!now.isBefore(permit.expiresAt())) {
            return Optional.of("the permit expired at " + permit.expiresAt());
        }
        if (!permit.run().equals(start.attempt().run())) {
            return Optional.of("the permit is for run " + permit.run());
        }
        return differs("run spec", permit.spec(), spec)
                .or(() -> differs(
                        "manifest", permit.manifest(), start.spec().manifest().digest()))
                .or(() ->
                        differs("boundary", permit.boundary(), start.boundary().digest()))
                .or(() -> differs("estimate", permit.estimate(), Digest.ofCanonical(start.estimate())))
                .or(() -> sliceDiffers(start));
    }

    private static Optional<String> differs(String part, Digest permitted, Digest found) {
        return permitted.equals(found)
                ? Optional.empty()
                : Optional.of("the permit is for another " + part + ": permitted " + permitted + ", found " + found);
    }

    /** The permit covers the tasks of its own batch, and no other. */
    private static Optional<String> sliceDiffers(Start start) {
        var batch = start.spec().manifest().spec().batch();
        var index = start.attempt().task().index();
        var slices = batch == null ? 1 : batch.size();
        var isMerge = batch != null && batch.merge() != null && index == slices;
        if (index >= slices && !isMerge) {
            return Optional.of("the permitted run has no task " + index);
        }
        var slice = batch == null || isMerge ? null : batch.slice(index);
        return isMerge == start.merge() && Objects.equals(slice, start.slice())
                ? Optional.empty()
                : Optional.of("task " + index + " of the permitted run has another slice");
    }
}
