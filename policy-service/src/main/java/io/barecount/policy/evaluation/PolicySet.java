package io.barecount.policy.evaluation;

import java.util.List;

/** Rules that are changed together; they are asked in their order. */
public record PolicySet(String name, List<Rule> rules) {
    public PolicySet {
        rules = List.copyOf(rules);
    }
}
