package io.barecount.manifest.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.access.Proven;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.event.TraceContext;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.manifest.ManifestConfig;
import io.barecount.manifest.document.Utf8;
import io.barecount.manifest.filter.EventFilter;
import io.barecount.manifest.registry.PipelineName;
import io.barecount.manifest.secrets.SecretDirectory;
import io.barecount.manifest.store.RegisteredPipelines;
import io.barecount.manifest.store.RegisteredPipelines.Hook;
import io.barecount.manifest.store.SubmissionRow;
import io.barecount.manifest.store.WindowHandover;
import io.barecount.manifest.store.Windows;
import io.barecount.manifest.submission.Intake;
import io.barecount.manifest.submission.Reading;
import io.barecount.manifest.submission.RunIds;
import io.barecount.manifest.submission.Verdict;
import io.barecount.manifest.webhook.HookRates;
import io.barecount.manifest.webhook.Proof;
import io.barecount.manifest.window.Occurrence;
import io.barecount.manifest.window.TriggerId;
import io.barecount.manifest.window.Window;
import io.barecount.manifest.window.WindowLimit;
import io.barecount.messaging.http.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Webhooks, signed as their manifests say, by Standard Webhooks unless they do. The hook of a pipeline makes a run of the pipeline with the
 * body as its payload, or of several where it gathers them; the hook {@code submissions}, which every namespace has, takes submission documents.
 */
@Path("/webhooks/{namespace}/{hook}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class WebhooksResource {
    private static final Logger LOG = Logger.getLogger(WebhooksResource.class);
    private static final String SUBMISSIONS = "submissions";
    private static final Hook SUBMISSIONS_HOOK =
            new Hook(null, new Manifest.Webhook(SUBMISSIONS, "file:submissions-webhook"));

    private final SubmissionDesk desk;
    private final Intake intake;
    private final RegisteredPipelines pipelines;
    private final SecretDirectory secrets;
    private final ManifestConfig config;
    private final MeterRegistry metrics;
    private final Windows windows;
    private final WindowHandover handover;
    private final HookRates rates = new HookRates(System::nanoTime);

    WebhooksResource(
            SubmissionDesk desk,
            Intake intake,
            RegisteredPipelines pipelines,
            SecretDirectory secrets,
            ManifestConfig config,
            MeterRegistry metrics,
            Windows windows,
            WindowHandover handover) {
        this.metrics = metrics;
        this.desk = desk;
        this.intake = intake;
        this.pipelines = pipelines;
        this.secrets = secrets;
        this.windows = windows;
        this.handover = handover;
        this.config = config;
    }

    /** What a sender gets that asks whether anybody is here: no run. */
    record Challenge(String challenge) {}

    record Pong(String said) {}

    /**
     * No run.
     *
     * @param reason why the filter could not be asked of this delivery; null if it was, and said no
     */
    record Filtered(String outcome, String filter, String reason) {}

    @POST
    @Proven(by = "the signature that the hook's manifest declares, with the hook's secret")
    @Consumes(MediaType.WILDCARD)
    public Response deliver(
            byte[] body,
            @PathParam("namespace") String namespace,
            @PathParam("hook") String name,
            @HeaderParam("traceparent") String traceparent,
            @Context HttpHeaders headers) {
        var hook = hook(namespace, name);
        if (hook.isEmpty()) {
            return Problems.notFound(
                            "There is no such webhook.",
                            "Declare it in a manifest (spec.triggers) and register that: PUT /pipelines/<namespace>/<name>.")
                    .response();
        }
        var webhook = hook.get().webhook();
        var text = Utf8.decode(body);
        if (text.isEmpty()) {
            return Problem.of(400, "not-utf-8", "Not UTF-8", "A webhook's body is text in UTF-8.")
                    .response();
        }
        var proof = new Proof(webhook.signature(), body, headers.getRequestHeaders());
        switch (proof.verdict(secrets.values(webhook.secret()), Instant.now())) {
            case FORGED -> {
                LOG.infof("webhook %s/%s: a delivery was refused, its signature does not verify", namespace, name);
                return Problem.of(401, "not-signed", "The signature does not verify", proof.demands())
                        .response();
            }
            case NO_SECRET -> {
                LOG.errorf(
                        "webhook %s/%s: its secret %s is not here, or is none of its scheme",
                        namespace, name, webhook.secret());
                return Problem.of(
                                503,
                                "no-secret",
                                "The signature can't be checked",
                                "The hook's secret is not available to the service. Its operator has to store it;"
                                        + " deliver again later.")
                        .response();
            }
            case GENUINE -> {
                // Only now anything of it is looked at.
            }
        }
        var limit = webhook.maxPerMinute() == null ? config.hookPerMinute() : webhook.maxPerMinute();
        var wait = rates.take(namespace + "/" + name, limit);
        if (!wait.isZero()) {
            return tooMany(limit, wait);
        }
        return handshake(text.get(), headers)
                .or(() -> filtered(webhook, text.get(), headers.getRequestHeaders()))
                .orElseGet(() -> take(
                        namespace,
                        name,
                        hook.get(),
                        intake.signed(
                                read(namespace, hook.get(), text.get()),
                                headers.getHeaderString(PipelinesResource.SIGNATURE)),
                        proof.id().orElseThrow(),
                        traceparent));
    }

    private Response take(String namespace, String name, Hook hook, Reading read, String delivery, String traceparent) {
        return switch (read) {
            case Reading.Illegible unreadable -> Problems.unreadable(unreadable).response();
            case Reading.Legible reading ->
                reading.namespace() != null && !reading.namespace().equals(namespace)
                        ? otherNamespace(namespace, reading.namespace())
                        : take(namespace, name, hook, reading, delivery, traceparent);
        };
    }

    /** A delivery that was taken before stays what it was then, whether the hook gathers them meanwhile or no more. */
    private Response take(
            String namespace, String name, Hook hook, Reading.Legible reading, String delivery, String traceparent) {
        var trigger = new TriggerId(namespace, hook.pipeline(), Door.WEBHOOK, name);
        var run = RunIds.ofDelivery(namespace, name, delivery);
        if (hook.pipeline() != null) {
            var gathered = Windows.runOf(trigger, delivery);
            if (gathered.isPresent()) {
                return SubmissionDesk.accepted(gathered.get(), namespace, hook.pipeline(), List.of());
            }
            if (hook.webhook().batch() != null && SubmissionRow.stateOf(run).isEmpty()) {
                return gather(trigger, hook.webhook().batch(), reading, delivery, traceparent);
            }
        }
        return desk.take(new SubmissionDesk.Request(
                reading, run, "This delivery's id", Door.WEBHOOK, "webhook:" + namespace + "/" + name, traceparent));
    }

    /** Judged before it is stored: in its window it can't be refused any more. */
    private Response gather(
            TriggerId trigger,
            Manifest.DeliveryBatch batch,
            Reading.Legible reading,
            String delivery,
            String traceparent) {
        List<Violation> warnings;
        switch (intake.judge(reading, pipelines, Instant.now())) {
            case Verdict.Valid valid -> warnings = valid.warnings();
            case Verdict.Invalid invalid -> {
                return Problems.invalid(invalid.violations()).response();
            }
        }
        var occurrence = Occurrence.ofDelivery(
                delivery,
                RunIds.ofWindow(trigger.namespace(), trigger.name(), delivery, Instant.now()),
                Objects.requireNonNullElse(reading.document().payload(), ""),
                TraceContext.isValid(traceparent) ? traceparent : null);
        if (occurrence.weight() > Window.WEIGHT_MAX) {
            return Problem.of(
                            413,
                            "too-large",
                            "Too large",
                            "As an entry of a batch's payload this body needs " + occurrence.weight()
                                    + " bytes, at most " + Window.WEIGHT_MAX
                                    + " are allowed. Store it, and deliver its URI.")
                    .response();
        }
        try {
            var taken = windows.take(trigger, WindowLimit.of(batch), occurrence)
                    .orTimeout(config.answerWithin().toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            taken.closed().forEach(handover::handOn);
            return SubmissionDesk.accepted(taken.run(), trigger.namespace(), trigger.pipeline(), warnings);
        } catch (CompletionException e) {
            LOG.warnf(e, "a delivery to %s was not stored in time", trigger);
            return Problem.of(
                            503,
                            e.getCause() instanceof TimeoutException ? "no-answer-in-time" : "stopping",
                            "Not known whether it was stored",
                            "The service did not store the delivery in time. Deliver it again as it is: it counts once.")
                    .response();
        }
    }

    /** The ways in which senders ask, before they deliver anything, whether this is the right place: signed as all else. */
    private static Optional<Response> handshake(String body, HttpHeaders headers) {
        if ("ping".equals(headers.getHeaderString("X-GitHub-Event"))) {
            return Optional.of(Response.ok(new Pong("pong")).build());
        }
        if (!body.contains("url_verification")) {
            return Optional.empty();
        }
        try {
            var tree = Json.read(body, JsonNode.class);
            return tree.path("type").asText().equals("url_verification")
                            && tree.path("challenge").isTextual()
                    ? Optional.of(
                            Response.ok(new Challenge(tree.path("challenge").asText()))
                                    .build())
                    : Optional.empty();
        } catch (IllegalArgumentException noJson) {
            return Optional.empty();
        }
    }

    /** A delivery that the hook's filter does not let pass is no failure of its sender's. */
    private Optional<Response> filtered(Manifest.Webhook webhook, String body, Map<String, List<String>> headers) {
        if (webhook.filter() == null) {
            return Optional.empty();
        }
        return switch (EventFilter.of(webhook.filter()).answer(body, headers, "")) {
            case EventFilter.Answer.Passes passes -> Optional.empty();
            case EventFilter.Answer.Stops stops -> Optional.of(filtered(webhook, null));
            case EventFilter.Answer.Fails(var reason) -> Optional.of(filtered(webhook, reason));
        };
    }

    private Response filtered(Manifest.Webhook webhook, String reason) {
        metrics.counter("barecount.webhook.filtered", "failed", Boolean.toString(reason != null))
                .increment();
        return Response.ok(new Filtered("filtered", webhook.filter(), reason)).build();
    }

    private static Response tooMany(int limit, Duration wait) {
        var problem = Problem.of(
                429,
                "too-many-deliveries",
                "Too many deliveries",
                "This hook takes " + limit
                        + " a minute (spec.triggers, maxPerMinute). Nothing was taken; deliver again after "
                        + (wait.toSeconds() + 1) + " s.");
        return Response.fromResponse(problem.response())
                .header(HttpHeaders.RETRY_AFTER, wait.toSeconds() + 1)
                .build();
    }

    private Optional<Hook> hook(String namespace, String name) {
        if (!PipelineName.isName(namespace) || !PipelineName.isName(name)) {
            return Optional.empty();
        }
        return name.equals(SUBMISSIONS) ? Optional.of(SUBMISSIONS_HOOK) : pipelines.hook(namespace, name);
    }

    private Reading read(String namespace, Hook hook, String body) {
        return hook.pipeline() == null
                ? intake.read(body)
                : intake.of(SubmissionDocument.ofPipeline(namespace, hook.pipeline(), body));
    }

    private static Response otherNamespace(String namespace, String found) {
        return Problem.of(
                        403,
                        "other-namespace",
                        "Another namespace",
                        "This hook is for the namespace " + namespace + ", the submission is for " + found
                                + ". Deliver it to /webhooks/" + found + "/" + SUBMISSIONS + ".")
                .response();
    }
}
