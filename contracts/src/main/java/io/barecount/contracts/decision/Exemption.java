package io.barecount.contracts.decision;

import io.barecount.contracts.Money;
import java.time.Instant;

/**
 * Leave to pass by one rule for some time. It turns what the rule says into advice where it is in scope, and ends by itself.
 *
 * @param rule id, unique over all policy sets
 * @param namespace where it holds
 * @param pipeline the only one it holds for; null for all of the namespace
 * @param owner who answers for it
 * @param proposedBy subject of the person who asked for it
 * @param grantedBy subject of another person; null while it is only proposed, and so holds nowhere
 * @param runsMax how many runs may be permitted by it; null for any number
 * @param costMax what the runs that are permitted by it may cost at most together; null for no such ceiling
 */
public record Exemption(
        String id,
        String rule,
        String namespace,
        String pipeline,
        String owner,
        String reason,
        String proposedBy,
        String grantedBy,
        Instant from,
        Instant until,
        Long runsMax,
        Money costMax) {
    /** The same, granted: it holds from this moment on at the earliest. */
    public Exemption granted(String by, Instant now) {
        return new Exemption(
                id,
                rule,
                namespace,
                pipeline,
                owner,
                reason,
                proposedBy,
                by,
                from.isBefore(now) ? now : from,
                until,
                runsMax,
                costMax);
    }

    /** Whether it holds for runs of this pipeline at this time. */
    public boolean covers(String aNamespace, String aPipeline, Instant now) {
        return grantedBy != null
                && namespace.equals(aNamespace)
                && (pipeline == null || pipeline.equals(aPipeline))
                && !now.isBefore(from)
                && now.isBefore(until);
    }
}
