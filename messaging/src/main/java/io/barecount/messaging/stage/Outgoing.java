package io.barecount.messaging.stage;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;

/**
 * An event that a decision wants told. Its topic and type are those of its data's class; id, sequence and trace are the loop's.
 *
 * @param key of the record: what must stay in order
 * @param subject what the event is about; together with the type it must be unique among what one input leads to
 */
public record Outgoing(String key, String subject, String namespace, Object data) {
    /** The namespace of what can't be attributed to a tenant, such as an unreadable submission. */
    public static final String NO_NAMESPACE = "-";

    public Outgoing {
        namespace = namespace == null || namespace.isEmpty() ? NO_NAMESPACE : namespace;
    }

    public static Outgoing about(RunId run, String namespace, Object data) {
        return new Outgoing(run.toString(), run.toString(), namespace, data);
    }

    public static Outgoing about(AttemptId attempt, String namespace, Object data) {
        return new Outgoing(attempt.run().toString(), attempt.toString(), namespace, data);
    }
}
