package io.barecount.contracts.event;

import java.time.Instant;
import java.util.UUID;

/**
 * A fact on its way through a topic, with the CloudEvents attributes it carries as Kafka headers.
 *
 * @param id the same for every repeat of the same fact, see {@link EventIds}
 * @param source the service that states it, such as {@code /barecount/policy-service}
 * @param type the CloudEvents type, see {@link EventTypes}
 * @param subject what it is about: a run or an attempt
 * @param time when it became a fact
 * @param namespace the tenant it belongs to
 * @param cause id of the event or request that led to it; null for what comes from outside
 * @param sequence its place, from 1, among all that its source said under its key
 * @param traceparent W3C trace context
 * @param data one of the sealed family of its topic
 */
public record Event<T>(
        UUID id,
        String source,
        String type,
        String subject,
        Instant time,
        String namespace,
        UUID cause,
        long sequence,
        String traceparent,
        T data) {}
