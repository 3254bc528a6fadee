package io.barecount.manifest.registry;

import java.time.Instant;

/**
 * A pipeline is not to be used any more.
 *
 * @param successor pipeline of the namespace to be used instead; null if there is none
 * @param refusedFrom from when submissions by its name are refused; null as long as they are only warned
 * @param by who said so
 */
public record Deprecation(String reason, String successor, Instant refusedFrom, String by, Instant at) {
    public boolean refuses(Instant now) {
        return refusedFrom != null && !now.isBefore(refusedFrom);
    }

    /** Whether both ask the same of those who use the pipeline, whoever said it and when. */
    boolean saysTheSameAs(Deprecation other) {
        return other != null && equals(new Deprecation(other.reason, other.successor, other.refusedFrom, by, at));
    }
}
