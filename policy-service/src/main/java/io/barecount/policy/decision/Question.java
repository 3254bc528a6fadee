package io.barecount.policy.decision;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.submission.Door;
import java.time.Instant;

/**
 * What is to be decided on.
 *
 * @param door by which it came in; null for a check
 * @param submitter who asks; null for a check by nobody in particular
 * @param now the time that rules are told
 */
public record Question(Manifest manifest, Door door, String submitter, Instant now) {
    /** Whether it would pass, at this time. */
    public static Question of(Manifest manifest, Instant now) {
        return new Question(manifest, null, null, now);
    }
}
