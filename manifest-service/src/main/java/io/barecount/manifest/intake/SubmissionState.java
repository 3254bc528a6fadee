package io.barecount.manifest.intake;

import io.barecount.contracts.event.MalformedEvent;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.SubmissionEvent.Submitted;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.util.List;

/**
 * Where one submission stands.
 *
 * <pre>
 *   (nothing) ──submit──▶ Received ──taken──▶ Accepted | Rejected
 *       └────────────── taken (from a publisher on Kafka) ────▲
 * </pre>
 */
public sealed interface SubmissionState {
    /** Of what was asked for: the same id with another content is another request, and refused. */
    Digest content();

    record Received(Digest content) implements SubmissionState {}

    record Accepted(Digest content, String namespace, String pipeline, Digest spec) implements SubmissionState {}

    record Rejected(Digest content, String namespace, String pipeline, List<Violation> violations)
            implements SubmissionState {}

    /** What makes two submissions the same request. */
    static Digest contentOf(Submitted submitted) {
        return Digest.ofCanonical(submitted.body());
    }

    /** @throws MalformedEvent if the id was used for another content before */
    static Decision<SubmissionState> decide(SubmissionState state, SubmissionInput input) {
        return switch (input) {
            case SubmissionInput.Submit submit -> state == null ? submit(submit) : Decision.unchanged(state);
            case SubmissionInput.Taken taken -> take(state, taken);
        };
    }

    private static Decision<SubmissionState> submit(SubmissionInput.Submit input) {
        var submitted = input.submitted();
        var manifest = input.resolution().spec().manifest();
        return Decision.of(
                new Received(contentOf(submitted)),
                new Outgoing(
                        manifest.namespace() + "/" + manifest.name(),
                        submitted.run().toString(),
                        manifest.namespace(),
                        submitted));
    }

    private static Decision<SubmissionState> take(SubmissionState state, SubmissionInput.Taken input) {
        var submitted = input.submitted();
        var content = contentOf(submitted);
        if (state != null && !state.content().equals(content)) {
            throw new MalformedEvent(
                    "ce_id", "the id " + submitted.run() + " was used before, for a submission with another content");
        }
        return switch (state) {
            case Accepted accepted -> Decision.unchanged(state);
            case Rejected rejected -> Decision.unchanged(state);
            case Received received -> end(submitted, content, input.resolution());
            case null -> end(submitted, content, input.resolution());
        };
    }

    private static Decision<SubmissionState> end(Submitted submitted, Digest content, Resolution resolution) {
        return switch (resolution) {
            case Resolution.Resolved resolved -> {
                var manifest = resolved.spec().manifest();
                yield Decision.of(
                        new Accepted(
                                content,
                                manifest.namespace(),
                                manifest.name(),
                                resolved.spec().digest()),
                        Outgoing.about(
                                submitted.run(),
                                manifest.namespace(),
                                new ManifestEvent.Accepted(
                                        submitted.run(),
                                        resolved.spec(),
                                        submitted.door(),
                                        submitted.submitter(),
                                        submitted.receivedAt())));
            }
            case Resolution.Refused refused ->
                Decision.of(
                        new Rejected(content, refused.namespace(), refused.pipeline(), refused.violations()),
                        Outgoing.about(
                                submitted.run(),
                                refused.namespace(),
                                new ManifestEvent.Rejected(
                                        submitted.run(),
                                        refused.namespace(),
                                        refused.pipeline(),
                                        submitted.door(),
                                        submitted.submitter(),
                                        refused.violations())));
        };
    }
}
