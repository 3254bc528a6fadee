package io.barecount.policy.evaluation;

import io.barecount.contracts.decision.Finding;
import io.barecount.policy.estimate.Names;
import java.util.Optional;

/**
 * An example that a rule's owner wrote beside it.
 *
 * @param place where it is written
 * @param rule id of the rule that it is about
 */
public record RuleCase(String place, String rule, String name, Facts facts, Expected expected) {
    /** What it is to come to. */
    public sealed interface Expected {}

    public record Passes() implements Expected {}

    /** The rule's match does not hold. */
    public record Unmatched() implements Expected {}

    public record Fires(Finding.Level level, String found, String allowed) implements Expected {}

    /** Empty if it comes out as expected. */
    public Optional<String> failure(Rules rules) {
        var answer = rules.answer(rule, facts);
        return switch (expected) {
            case Passes passes ->
                answer instanceof Answer.Passed ? Optional.empty() : differs("that it passes", answer);
            case Unmatched unmatched ->
                answer instanceof Answer.Unmatched
                        ? Optional.empty()
                        : differs("that it is not meant for this run", answer);
            case Fires(var level, var found, var allowed) ->
                answer instanceof Answer.Fired(var finding)
                                && finding.level() == level
                                && finding.found().equals(found)
                                && finding.allowed().equals(allowed)
                        ? Optional.empty()
                        : differs("that it fires with " + said(level, found, allowed), answer);
        };
    }

    private Optional<String> differs(String wanted, Answer answer) {
        var came = switch (answer) {
            case Answer.Passed passed -> "it passes";
            case Answer.Unmatched unmatched -> "it is not meant for this run";
            case Answer.Fired(var finding) ->
                "it fires with " + said(finding.level(), finding.found(), finding.allowed()) + ", because: "
                        + finding.message();
        };
        return Optional.of(
                place + ": rule " + rule + ", case \"" + name + "\": expected is " + wanted + ", but " + came);
    }

    private static String said(Finding.Level level, String found, String allowed) {
        return "level " + Names.of(level) + ", found \"" + found + "\", allowed \"" + allowed + "\"";
    }
}
