package io.barecount.manifest.submission;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.submission.SubmissionIdentity;
import java.time.Instant;

/**
 * The id of the run that a submission by HTTP asks for: the same for a repeat of the same submission. Each door has names of its own, so
 * that one can't meet another's by chance; those of records on the topic are {@link SubmissionIdentity}'s.
 */
public final class RunIds {
    private RunIds() {}

    /** Of an HTTP request with an {@code Idempotency-Key}. */
    public static RunId ofKey(String namespace, String idempotencyKey) {
        return new RunId(EventIds.ofName("http/" + namespace + "/" + idempotencyKey));
    }

    /** Of a webhook's delivery. */
    public static RunId ofDelivery(String namespace, String hook, String webhookId) {
        return new RunId(EventIds.ofName("webhook/" + namespace + "/" + hook + "/" + webhookId));
    }

    /**
     * Of the deliveries that are gathered from this one on.
     *
     * @param at when it came: its id may have been another delivery's, longer ago than ids are known
     */
    public static RunId ofWindow(String namespace, String hook, String webhookId, Instant at) {
        return new RunId(EventIds.ofName("window/" + namespace + "/" + hook + "/" + webhookId + "/" + at));
    }
}
