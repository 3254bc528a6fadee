package io.barecount.policy.evaluation;

import io.barecount.contracts.decision.Finding;
import java.util.Map;
import java.util.Optional;

/** A rule that can be asked. */
public interface CompiledRule {
    Rule rule();

    /**
     * What it says of these facts; empty if it has nothing against them.
     *
     * <p>A rule that can't be evaluated denies: the finding holds the error.
     */
    Optional<Finding> apply(Map<String, Object> facts);
}
