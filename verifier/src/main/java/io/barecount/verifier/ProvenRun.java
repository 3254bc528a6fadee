package io.barecount.verifier;

import java.time.Instant;
import java.util.Set;

/**
 * How a run went, as its entries say.
 *
 * @param namespace and {@code pipeline}: null where the run was rejected before they could be read
 * @param state how it ended, such as {@code succeeded}
 * @param permittedAt null if it was not
 * @param attempts that were started
 * @param runners what they were started on, such as {@code glue (aws)}
 * @param cost such as {@code 0.0012 USD}; null if it was none
 */
public record ProvenRun(
        String run,
        String namespace,
        String pipeline,
        String state,
        Instant endedAt,
        Instant permittedAt,
        int attempts,
        Set<String> runners,
        String cost,
        String reason) {
    /** In a line or two. */
    public String inWords() {
        var words = new StringBuilder("run " + run);
        if (pipeline != null) {
            words.append(" of ").append(namespace).append('/').append(pipeline);
        }
        words.append(' ').append(state).append(" at ").append(endedAt);
        if (reason != null) {
            words.append(": ").append(reason);
        }
        words.append('\n');
        words.append(permittedAt == null ? "nothing was permitted" : "permitted at " + permittedAt);
        words.append(", ")
                .append(attempts)
                .append(attempts == 1 ? " attempt" : " attempts")
                .append(" started");
        if (!runners.isEmpty()) {
            words.append(" on ").append(String.join(", ", runners));
        }
        if (cost != null) {
            words.append(", cost ").append(cost);
        }
        return words.toString();
    }

    Json toJson() {
        return Verdict.json(
                "run",
                run,
                "namespace",
                namespace,
                "pipeline",
                pipeline,
                "state",
                state,
                "endedAt",
                endedAt,
                "permittedAt",
                permittedAt,
                "attempts",
                attempts,
                "runners",
                runners,
                "cost",
                cost,
                "reason",
                reason);
    }
}
