package io.barecount.manifest.api;

import io.barecount.contracts.RunId;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.contracts.submission.SubmissionEvent.Submitted;
import io.barecount.manifest.intake.Documents;
import io.barecount.manifest.intake.Resolution;
import io.barecount.manifest.intake.SubmissionInput;
import io.barecount.manifest.intake.SubmissionState;
import io.barecount.manifest.source.DocumentReader;
import io.barecount.manifest.source.Unreadable;
import io.barecount.manifest.store.Pipelines;
import io.barecount.messaging.http.Problem;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;

/** What the HTTP doors have in common: the verdict before, the durable record, the answer after. */
@ApplicationScoped
class Door {
    private final Stage<SubmissionState, SubmissionInput> submissions;
    private final Pipelines pipelines;

    Door(Stage<SubmissionState, SubmissionInput> submissions, Pipelines pipelines) {
        this.submissions = submissions;
        this.pipelines = pipelines;
    }

    /** @param location where the run's progress can be read, once it was decided */
    record Taken(RunId run, String namespace, String pipeline, String location) {}

    /** Answers 202 once the submission is on its topic. Throws a {@link Problem}: 400, 413, 409 or 422, and then nothing is kept. */
    Response take(
            RunId run,
            io.barecount.contracts.submission.Door by,
            String submitter,
            SubmissionDocument document,
            String traceparent) {
        var resolution = switch (Resolution.of(document, pipelines)) {
            case Resolution.Resolved resolved -> resolved;
            case Resolution.Refused refused ->
                throw invalid(refused.violations()).exception();
        };
        var submitted = new Submitted(run, by, submitter, Clock.systemUTC().instant(), document);
        var state = submissions
                .submit(new Input<>(
                        run.toString(), new SubmissionInput.Submit(submitted, resolution), run.value(), traceparent))
                .join();
        if (!state.content().equals(SubmissionState.contentOf(submitted))) {
            throw Problem.of(
                            409,
                            "idempotency-conflict",
                            "Key used for another content",
                            "This key was used for run " + run
                                    + " with another content. Use a new key for a new request.")
                    .exception();
        }
        var manifest = resolution.spec().manifest();
        return Response.accepted(new Taken(run, manifest.namespace(), manifest.name(), "/runs/" + run))
                .build();
    }

    static SubmissionDocument document(byte[] body) {
        try {
            return Documents.parse(text(body));
        } catch (Unreadable e) {
            throw unreadable(e).exception();
        }
    }

    static String text(byte[] body) {
        if (body.length > DocumentReader.SIZE_BYTES_MAX) {
            throw Problem.of(
                            413,
                            "too-large",
                            "Document too large",
                            "Allowed are " + DocumentReader.SIZE_BYTES_MAX + " bytes, found " + body.length
                                    + ". Refer to data instead of including it.")
                    .exception();
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Problem.of(400, "malformed", "Not UTF-8", "The body is no valid UTF-8.")
                    .exception();
        }
    }

    static Problem unreadable(Unreadable e) {
        return Problem.of(400, e.violation().code(), "Unreadable document", e.getMessage(), List.of(e.violation()));
    }

    static Problem invalid(List<?> violations) {
        return Problem.of(
                422,
                "manifest-invalid",
                "Invalid manifest",
                violations.size() + " violation(s); each says where it is, what was found and what to do.",
                violations);
    }
}
