package io.barecount.policy.decision;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.submission.Door;
import io.barecount.policy.estimate.History;
import io.barecount.policy.evaluation.Exemptions;
import java.time.Instant;

/**
 * What is to be decided on.
 *
 * @param door by which it came in; null for a check
 * @param submitter who asks; null for a check by nobody in particular
 * @param now the time that rules are told
 * @param history what is known of the pipeline's earlier runs
 * @param exemptions that hold for the pipeline at this time
 */
public record Question(
        Manifest manifest, Door door, String submitter, Instant now, History history, Exemptions exemptions) {
    /** Whether it would pass, at this time, if the pipeline had never run and nothing exempted it. */
    public static Question of(Manifest manifest, Instant now) {
        return of(manifest, now, History.NONE, Exemptions.NONE);
    }

    /** Whether it would pass, at this time. */
    public static Question of(Manifest manifest, Instant now, History history, Exemptions exemptions) {
        return new Question(manifest, null, null, now, history, exemptions);
    }
}
