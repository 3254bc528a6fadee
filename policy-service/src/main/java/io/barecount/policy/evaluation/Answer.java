package io.barecount.policy.evaluation;

import io.barecount.contracts.decision.Finding;

/** What one rule came to. */
public sealed interface Answer {
    /** It is not meant for this run, or speaks of a fact that there is none of. */
    record Unmatched() implements Answer {}

    record Passed() implements Answer {}

    record Fired(Finding finding) implements Answer {}
}
