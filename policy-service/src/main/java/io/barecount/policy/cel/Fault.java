package io.barecount.policy.cel;

/**
 * What is wrong with a rule.
 *
 * @param set name of its policy set
 * @param field of the rule, such as {@code condition}
 */
public record Fault(String set, String rule, String field, String reason) {
    @Override
    public String toString() {
        return "policy set " + set + ", rule " + rule + ", " + field + ": " + reason;
    }
}
