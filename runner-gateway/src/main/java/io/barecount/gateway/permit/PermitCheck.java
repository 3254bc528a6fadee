package io.barecount.gateway.permit;

import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.dispatch.DispatchEvent.Start;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.NotProven;
import io.barecount.contracts.proof.VerifyingKey;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a permit covers exactly what is to be started. Nothing of the record is believed: every digest is computed again from what
 * would really run.
 */
public final class PermitCheck {
    private static final int KNOWN_MAX = 256;

    private final List<VerifyingKey> trusted;

    /** What was found to belong together, of the runs that were last asked about: a run's tasks all bring the same parts along. */
    private final Map<RunId, Known> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RunId, Known> eldest) {
            return size() > KNOWN_MAX;
        }
    });

    /** Parts whose digests are those that the permit names; another start with equal parts has equal digests. */
    private record Known(RunSpec spec, Boundary boundary, Estimate estimate, Envelope envelope, Permit permit) {
        boolean isOf(Start start) {
            return envelope.equals(start.permit())
                    && spec.equals(start.spec())
                    && boundary.equals(start.boundary())
                    && estimate.equals(start.estimate());
        }
    }

    public PermitCheck(List<VerifyingKey> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    /** Why it may not start, naming the part that differs; empty if it may. */
    public Optional<String> refusal(Start start, Instant now) {
        if (start.permit() == null) {
            return Optional.of("there is no permit");
        }
        var before = known.get(start.attempt().run());
        if (before != null && before.isOf(start)) {
            return expired(before.permit(), now).or(() -> sliceDiffers(start));
        }
        Permit permit;
        var spec = start.spec().digest();
        try {
            permit = start.permit().verify(trusted).predicate(Permit.PREDICATE_TYPE, Permit.class, spec);
        } catch (NotProven e) {
            return Optional.of("the permit does not verify: " + e.getMessage());
        }
        var expired = expired(permit, now);
        if (expired.isPresent()) {
            return expired;
        }
        if (!permit.run().equals(start.attempt().run())) {
            return Optional.of("the permit is for run " + permit.run());
        }
        var partDiffers = differs("run spec", permit.spec(), spec)
                .or(() -> differs(
                        "manifest", permit.manifest(), start.spec().manifest().digest()))
                .or(() ->
                        differs("boundary", permit.boundary(), start.boundary().digest()))
                .or(() -> differs("estimate", permit.estimate(), Digest.ofCanonical(start.estimate())));
        if (partDiffers.isEmpty()) {
            known.put(
                    permit.run(), new Known(start.spec(), start.boundary(), start.estimate(), start.permit(), permit));
        }
        return partDiffers.or(() -> sliceDiffers(start));
    }

    private static Optional<String> expired(Permit permit, Instant now) {
        return now.isBefore(permit.expiresAt())
                ? Optional.empty()
                : Optional.of("the permit expired at " + permit.expiresAt());
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
