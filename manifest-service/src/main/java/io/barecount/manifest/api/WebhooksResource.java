package io.barecount.manifest.api;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.manifest.secrets.SecretFiles;
import io.barecount.manifest.secrets.SecretFiles.SecretUnavailable;
import io.barecount.manifest.store.Pipelines;
import io.barecount.manifest.store.WebhookRow;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/** The webhooks' door: Standard Webhooks, checked over the raw bytes before anything else is done with them. */
@Path("/webhooks/{namespace}/{hook}")
@RunOnVirtualThread
class WebhooksResource {
    private static final Logger LOG = Logger.getLogger(WebhooksResource.class);

    /** The hook of every namespace whose body is a submission; all others start their pipeline, with the body as payload. */
    private static final String SUBMISSIONS = "submissions";

    private static final String SUBMISSIONS_SECRET = "file:submissions-webhook";
    private static final List<String> SIGNED_HEADERS = List.of("webhook-id", "webhook-timestamp", "webhook-signature");

    private final Door door;
    private final Pipelines pipelines;
    private final SecretFiles secrets;

    WebhooksResource(Door door, Pipelines pipelines, SecretFiles secrets) {
        this.door = door;
        this.pipelines = pipelines;
        this.secrets = secrets;
    }

    /** A delivery is known by its {@code webhook-id}: a repeat is answered like the first and makes no second run. */
    @POST
    @Consumes(MediaType.WILDCARD)
    public Response deliver(
            @PathParam("namespace") String namespace,
            @PathParam("hook") String hook,
            @Context HttpHeaders headers,
            byte[] body) {
        var isSubmission = SUBMISSIONS.equals(hook);
        var webhook = isSubmission ? null : require(namespace, hook);
        var text = Door.text(body);
        verify(isSubmission ? SUBMISSIONS_SECRET : webhook.secret, headers, text, namespace + "/" + hook);
        var id = headers.getHeaderString("webhook-id");
        var run = new RunId(EventIds.ofName("webhook/" + namespace + "/" + hook + "/" + id));
        var document =
                isSubmission ? Door.document(body) : SubmissionDocument.ofPipeline(namespace, webhook.pipeline, text);
        return door.take(
                run,
                io.barecount.contracts.submission.Door.WEBHOOK,
                "webhook:" + hook,
                document,
                headers.getHeaderString("traceparent"));
    }

    private WebhookRow require(String namespace, String hook) {
        return pipelines
                .webhook(namespace, hook)
                .orElseThrow(() -> Problem.of(
                                404,
                                "webhook-unknown",
                                "No such webhook",
                                "No registered pipeline of namespace " + namespace + " has a webhook " + hook + ".")
                        .exception());
    }

    private void verify(String secret, HttpHeaders headers, String body, String hook) {
        try {
            var signed = new HashMap<String, List<String>>();
            SIGNED_HEADERS.forEach(name -> signed.put(name, headers.getRequestHeader(name)));
            new Webhook(secrets.resolve(secret))
                    .verify(body, java.net.http.HttpHeaders.of(withoutMissing(signed), (name, value) -> true));
        } catch (WebhookVerificationException | EmptyWebhookSecretException | IllegalArgumentException e) {
            LOG.warnf("webhook %s: a delivery was refused: %s", hook, e.getMessage());
            throw Problem.of(
                            401,
                            "webhook-unverified",
                            "Signature not verified",
                            "The delivery is not signed with this webhook's secret, or its timestamp is more than five minutes away."
                                    + " Expected are the headers webhook-id, webhook-timestamp and webhook-signature of Standard Webhooks.")
                    .exception();
        } catch (SecretUnavailable e) {
            LOG.errorf("webhook %s: %s", hook, e.getMessage());
            throw Problem.of(503, "secret-unavailable", "Secret unavailable", e.getMessage())
                    .exception();
        }
    }

    private static Map<String, List<String>> withoutMissing(Map<String, List<String>> headers) {
        headers.values().removeIf(values -> values == null || values.isEmpty());
        return headers;
    }
}
