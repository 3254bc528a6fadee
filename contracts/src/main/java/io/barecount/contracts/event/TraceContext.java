package io.barecount.contracts.event;

import java.util.UUID;
import java.util.regex.Pattern;

/** W3C trace context, version 00: one trace for all that a submission leads to. */
public final class TraceContext {
    private static final Pattern TRACEPARENT =
            Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private TraceContext() {}

    public static boolean isValid(String traceparent) {
        return traceparent != null && TRACEPARENT.matcher(traceparent).matches();
    }

    /** The caller's trace where there is a valid one, else a new one that can be found by the run's id. */
    public static String orNew(String traceparent, UUID run) {
        return isValid(traceparent) ? traceparent : "00-" + run.toString().replace("-", "") + "-" + span(run) + "-01";
    }

    /** The same trace, with the event of this id as the parent of what follows. */
    public static String child(String traceparent, UUID event) {
        return traceparent.substring(0, 36) + span(event) + traceparent.substring(52);
    }

    private static String span(UUID id) {
        var bits = id.getLeastSignificantBits();
        return "%016x".formatted(bits == 0 ? 1 : bits);
    }
}
