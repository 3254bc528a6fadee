package io.barecount.contracts.decision;

import java.time.Instant;
import java.util.List;

/**
 * Leave to pass by one rule for some time. It turns what the rule says into advice where it is in scope, and ends by itself.
 *
 * @param id of the request that it was asked for with
 * @param namespace where it holds
 * @param pipeline the only one it holds for; null for all of the namespace
 * @param owner who answers for it and asked for it; never among those who approved it
 * @param approvedBy at least two people
 */
public record Exemption(
        String id,
        String rule,
        String namespace,
        String pipeline,
        String owner,
        String reason,
        List<String> approvedBy,
        Instant from,
        Instant until) {
    public Exemption {
        approvedBy = List.copyOf(approvedBy);
    }

    /** Whether what this rule says of this pipeline at this time is only advice. */
    public boolean covers(String aRule, String aNamespace, String aPipeline, Instant now) {
        return rule.equals(aRule)
                && namespace.equals(aNamespace)
                && (pipeline == null || pipeline.equals(aPipeline))
                && !now.isBefore(from)
                && now.isBefore(until);
    }
}
