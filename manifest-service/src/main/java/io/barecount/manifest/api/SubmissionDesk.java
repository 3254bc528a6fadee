package io.barecount.manifest.api;

import io.barecount.contracts.RunId;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.Door;
import io.barecount.manifest.ManifestConfig;
import io.barecount.manifest.store.RegisteredPipelines;
import io.barecount.manifest.store.SubmissionRow;
import io.barecount.manifest.submission.Intake;
import io.barecount.manifest.submission.Reading;
import io.barecount.manifest.submission.SubmissionInput;
import io.barecount.manifest.submission.SubmissionState;
import io.barecount.manifest.submission.Verdict;
import io.barecount.messaging.http.Problem;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.control.ActivateRequestContext;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** Takes in what comes over HTTP, submissions and webhooks alike: judged first, and answered when it is stored and told. */
@ApplicationScoped
class SubmissionDesk {
    private static final Logger LOG = Logger.getLogger(SubmissionDesk.class);

    private final Stage<SubmissionState, SubmissionInput> stage;
    private final Intake intake;
    private final RegisteredPipelines pipelines;
    private final ManifestConfig config;

    SubmissionDesk(
            Stage<SubmissionState, SubmissionInput> stage,
            Intake intake,
            RegisteredPipelines pipelines,
            ManifestConfig config) {
        this.stage = stage;
        this.intake = intake;
        this.pipelines = pipelines;
        this.config = config;
    }

    /**
     * The answer to an accepted submission.
     *
     * @param warnings what is right today and won't be for ever; null where there is nothing to warn of
     */
    record Receipt(RunId run, String namespace, String pipeline, String location, List<Violation> warnings) {}

    /**
     * @param run the run that it asks for
     * @param repeatable what makes a repeat ask for the same run, in words; null if nothing does
     */
    record Request(
            Reading.Legible reading, RunId run, String repeatable, Door door, String submitter, String traceparent) {}

    /** Also outside of a request, such as for one line of many. */
    @ActivateRequestContext
    Response take(Request request) {
        var content = Digest.ofCanonical(request.reading().document());
        return switch (intake.judge(request.reading(), pipelines, Instant.now())) {
            case Verdict.Valid valid ->
                submit(
                        request,
                        new SubmissionInput.Submit(
                                request.run(),
                                content,
                                request.door(),
                                request.submitter(),
                                request.reading().document(),
                                valid));
            case Verdict.Invalid invalid ->
                request.repeatable() == null
                        ? Problems.invalid(invalid.violations()).response()
                        : repeated(request, content, invalid);
        };
    }

    private Response submit(Request request, SubmissionInput.Submit submit) {
        var input = new Input<SubmissionInput>(
                request.run().toString(), submit, request.run().value(), request.traceparent());
        try {
            var state = stage.submit(input)
                    .orTimeout(config.answerWithin().toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            return state.content().equals(submit.content())
                    ? accepted(
                            request.run(),
                            state.namespace(),
                            state.pipeline(),
                            submit.verdict().warnings())
                    : Problems.otherContent(request.repeatable()).response();
        } catch (CompletionException e) {
            LOG.warnf(e, "the submission of run %s was not answered in time or was refused", request.run());
            return notKnown(request, e.getCause() instanceof TimeoutException).response();
        }
    }

    /** What was valid and accepted once stays accepted, even if a registered pipeline has changed since. */
    private static Response repeated(Request request, Digest content, Verdict.Invalid verdict) {
        var known = SubmissionRow.stateOf(request.run());
        return known.filter(state -> state.content().equals(content))
                .map(state -> accepted(request.run(), state.namespace(), state.pipeline(), List.of()))
                .orElseGet(() -> Problems.invalid(verdict.violations()).response());
    }

    static Response accepted(RunId run, String namespace, String pipeline, List<Violation> warnings) {
        var location = "/runs/" + run;
        return Response.accepted(new Receipt(run, namespace, pipeline, location, warnings.isEmpty() ? null : warnings))
                .location(URI.create(location))
                .build();
    }

    private static Problem notKnown(Request request, boolean timedOut) {
        return Problem.of(
                503,
                timedOut ? "no-answer-in-time" : "stopping",
                "Not known whether it was stored",
                "The service did not store and tell the submission in time. "
                        + (request.repeatable() == null
                                ? "See GET /submissions/" + request.run()
                                        + ", and send submissions with an Idempotency-Key."
                                : "Send it again as it is: there will be one run."));
    }
}
