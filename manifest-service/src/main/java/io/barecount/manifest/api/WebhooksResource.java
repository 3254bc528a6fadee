package io.barecount.manifest.api;

import io.barecount.access.Proven;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.manifest.document.Utf8;
import io.barecount.manifest.registry.PipelineName;
import io.barecount.manifest.store.RegisteredPipelines;
import io.barecount.manifest.submission.Intake;
import io.barecount.manifest.submission.Reading;
import io.barecount.manifest.submission.RunIds;
import io.barecount.messaging.http.Problem;
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
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Webhooks, signed as Standard Webhooks has it. The hook of a pipeline makes a run of the pipeline with the body as its payload; the
 * hook {@code submissions}, which every namespace has, takes submission documents.
 */
@Path("/webhooks/{namespace}/{hook}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class WebhooksResource {
    private static final Logger LOG = Logger.getLogger(WebhooksResource.class);
    private static final String SUBMISSIONS = "submissions";
    private static final String SUBMISSIONS_SECRET = "file:submissions-webhook";

    private final SubmissionDesk desk;
    private final Intake intake;
    private final RegisteredPipelines pipelines;
    private final WebhookSignature signature;

    WebhooksResource(SubmissionDesk desk, Intake intake, RegisteredPipelines pipelines, WebhookSignature signature) {
        this.desk = desk;
        this.intake = intake;
        this.pipelines = pipelines;
        this.signature = signature;
    }

    /** @param pipeline null for the hook that takes submission documents */
    private record Hook(String pipeline, String secret) {}

    @POST
    @Proven(by = "the signature of Standard Webhooks, with the hook's secret")
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
        var text = Utf8.decode(body);
        if (text.isEmpty()) {
            return Problem.of(400, "not-utf-8", "Not UTF-8", "A webhook's body is text in UTF-8.")
                    .response();
        }
        switch (signature.check(hook.get().secret(), text.get(), headers.getRequestHeaders())) {
            case FORGED -> {
                LOG.infof("webhook %s/%s: a delivery was refused, its signature does not verify", namespace, name);
                return Problem.of(
                                401,
                                "not-signed",
                                "The signature does not verify",
                                "webhook-signature has to sign webhook-id, webhook-timestamp and the exact body with"
                                        + " the hook's secret, at most five minutes ago.")
                        .response();
            }
            case NO_SECRET -> {
                LOG.errorf(
                        "webhook %s/%s: its secret %s is not here",
                        namespace, name, hook.get().secret());
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
        var delivery = headers.getHeaderString(WebhookSignature.ID);
        return switch (read(namespace, hook.get(), text.get())) {
            case Reading.Illegible unreadable -> Problems.unreadable(unreadable).response();
            case Reading.Legible reading ->
                reading.namespace() != null && !reading.namespace().equals(namespace)
                        ? otherNamespace(namespace, reading.namespace())
                        : desk.take(new SubmissionDesk.Request(
                                reading,
                                RunIds.ofDelivery(namespace, name, delivery),
                                "This webhook-id",
                                Door.WEBHOOK,
                                "webhook:" + namespace + "/" + name,
                                traceparent));
        };
    }

    private Optional<Hook> hook(String namespace, String name) {
        if (!PipelineName.isName(namespace) || !PipelineName.isName(name)) {
            return Optional.empty();
        }
        return name.equals(SUBMISSIONS)
                ? Optional.of(new Hook(null, SUBMISSIONS_SECRET))
                : pipelines
                        .hook(namespace, name)
                        .map(row -> new Hook(row.pipeline.substring(row.pipeline.indexOf('/') + 1), row.secret));
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
