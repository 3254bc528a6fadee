package io.barecount.contracts.decision;

import io.barecount.contracts.Money;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunnerType;
import java.util.List;

/**
 * Which runner governance chose for a run that leaves it to it, and why no other one. What is permitted is the declared spec with this
 * runner in its place, as if its author had written it there.
 *
 * @param runner null if none passed
 * @param others that were not chosen: first those that the rules forbid, the cheapest first, then by type
 */
public record Choice(Manifest.Runner runner, List<Other> others) {
    public Choice {
        others = List.copyOf(others);
    }

    /**
     * @param runner in the size that was considered; null where none was
     * @param likely what the run would be likely to cost there; null where it was not estimated
     * @param rules ids of those that deny it; null unless it is forbidden
     * @param detail the reason in words
     */
    public record Other(
            RunnerType type, Manifest.Runner runner, Why why, Money likely, List<String> rules, String detail) {
        public Other {
            rules = rules == null ? null : List.copyOf(rules);
        }
    }

    /** Why a runner was not chosen. */
    public enum Why {
        /** The manifest does not let it be one of this type. */
        EXCLUDED,
        /** No size of this type is large enough, or it can't run this workload at all. */
        UNFIT,
        /** The price book has no price for it. */
        UNPRICED,
        /** Rules deny it. */
        FORBIDDEN,
        /** It would have cost more, or as much and stands behind in the order of types. */
        DEARER
    }
}
