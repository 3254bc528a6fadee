package io.barecount.manifest.submission;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionEvent;
import io.barecount.manifest.submission.SubmissionInput.Submit;
import io.barecount.manifest.submission.SubmissionInput.Taken;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Instant;
import java.util.List;

/**
 * Where a submission stands.
 *
 * <pre>
 *   (none) ──submit───────────▶ Accepted      (judged at the door before it is stored, and the topic is told)
 *      ├─────taken, valid─────▶ Accepted      (published to the topic)
 *      └─────taken, invalid───▶ Rejected
 * </pre>
 *
 * A repeat changes nothing. A submission of other content under the same run changes nothing either: over HTTP the caller sees it by
 * {@link #content}, from the topic it is {@link OtherContent}.
 */
public sealed interface SubmissionState {
    /** Of the submission document that came first. */
    Digest content();

    Door door();

    String submitter();

    Instant receivedAt();

    /** Its tenant; null if that could not be read. */
    String namespace();

    /** Null if that could not be read. */
    String pipeline();

    /** Valid when it came, and judged again when the topic brings it: nothing moves here any more, but older versions did. */
    record Received(Digest content, Door door, String submitter, Instant receivedAt, String namespace, String pipeline)
            implements SubmissionState {}

    /** @param version digest of the manifest that runs */
    record Accepted(
            Digest content,
            Door door,
            String submitter,
            Instant receivedAt,
            String namespace,
            String pipeline,
            Digest version)
            implements SubmissionState {}

    /** @param violations never empty */
    record Rejected(
            Digest content,
            Door door,
            String submitter,
            Instant receivedAt,
            String namespace,
            String pipeline,
            List<Violation> violations)
            implements SubmissionState {
        public Rejected {
            violations = List.copyOf(violations);
        }
    }

    /** @throws OtherContent if a record asks for the run of another submission */
    static Decision<SubmissionState> decide(SubmissionState state, SubmissionInput input, Instant now) {
        return switch (input) {
            case Submit submit -> state == null ? accept(submit, now) : Decision.unchanged(state);
            case Taken taken -> {
                if (state != null && !state.content().equals(taken.content())) {
                    throw new OtherContent(taken.run());
                }
                yield switch (state) {
                    case null -> judge(taken, now);
                    case Received received -> judge(taken, now);
                    case Accepted accepted -> Decision.unchanged(accepted);
                    case Rejected rejected -> Decision.unchanged(rejected);
                };
            }
        };
    }

    private static Decision<SubmissionState> accept(Submit submit, Instant now) {
        var manifest = submit.verdict().spec().manifest();
        return Decision.of(
                accepted(submit, manifest, now),
                new Outgoing(
                        manifest.namespace() + "/" + manifest.name(),
                        submit.run().toString(),
                        manifest.namespace(),
                        new SubmissionEvent.Submitted(
                                submit.run(),
                                submit.door(),
                                submit.submitter(),
                                now,
                                submit.document(),
                                submit.records())),
                told(submit, submit.verdict(), now));
    }

    private static Accepted accepted(SubmissionInput input, Manifest manifest, Instant receivedAt) {
        return new Accepted(
                input.content(),
                input.door(),
                input.submitter(),
                receivedAt,
                manifest.namespace(),
                manifest.name(),
                manifest.digest());
    }

    private static Outgoing told(SubmissionInput input, Verdict.Valid verdict, Instant receivedAt) {
        var spec = verdict.spec();
        return Outgoing.about(
                input.run(),
                spec.manifest().namespace(),
                new ManifestEvent.Accepted(
                        input.run(), spec, input.door(), input.submitter(), receivedAt, verdict.warnings()));
    }

    private static Decision<SubmissionState> judge(Taken taken, Instant now) {
        var receivedAt = taken.receivedAt() == null ? now : taken.receivedAt();
        return switch (taken.verdict()) {
            case Verdict.Valid valid ->
                Decision.of(accepted(taken, valid.spec().manifest(), receivedAt), told(taken, valid, receivedAt));
            case Verdict.Invalid(var namespace, var pipeline, var violations) ->
                Decision.of(
                        new Rejected(
                                taken.content(),
                                taken.door(),
                                taken.submitter(),
                                receivedAt,
                                namespace,
                                pipeline,
                                violations),
                        Outgoing.about(
                                taken.run(),
                                namespace,
                                new ManifestEvent.Rejected(
                                        taken.run(),
                                        namespace,
                                        pipeline,
                                        taken.door(),
                                        taken.submitter(),
                                        violations)));
        };
    }
}
