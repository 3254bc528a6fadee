package io.barecount.policy.evaluation;

import io.barecount.contracts.decision.Choice;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Suggestion;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.policy.estimate.Variant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * What governance has to say of a manifest; a permit is not part of it.
 *
 * @param boundary null if it is not known
 * @param estimate null if none could be made
 * @param findings the strictest first, else in the order of the rules
 * @param asked ids of all rules that were evaluated
 * @param suggestion null for what passes, and where nothing was found that would
 * @param choice how its runner was chosen; null if the manifest names one
 */
public record Judgement(
        KnownBoundary boundary,
        Estimate estimate,
        List<Finding> findings,
        List<String> asked,
        Suggestion suggestion,
        Choice choice) {
    /** Of a manifest that names its runner. */
    public Judgement(
            KnownBoundary boundary,
            Estimate estimate,
            List<Finding> findings,
            List<String> asked,
            Suggestion suggestion) {
        this(boundary, estimate, findings, asked, suggestion, null);
    }

    public Judgement {
        findings = List.copyOf(findings);
        asked = List.copyOf(asked);
    }

    /** The strictest of all that was said: advise where nothing was. */
    public Finding.Level level() {
        return findings.stream()
                .map(Finding::level)
                .max(Comparator.naturalOrder())
                .orElse(Finding.Level.ADVISE);
    }

    /** With one more thing to say, first. */
    public Judgement with(Finding finding) {
        var all = new ArrayList<Finding>();
        all.add(finding);
        all.addAll(findings);
        return new Judgement(boundary, estimate, all, asked, suggestion, choice);
    }

    /** The same, of a manifest whose runner was chosen so. */
    public Judgement by(Choice how) {
        return new Judgement(boundary, estimate, findings, asked, suggestion, how);
    }

    /** The manifest that it is about: the declared one, with the runner in its place that was chosen. */
    public Manifest resolve(Manifest declared) {
        return choice == null || choice.runner() == null ? declared : Variant.on(choice.runner(), declared);
    }

    public boolean denied() {
        return level() == Finding.Level.DENY;
    }

    /** Ids of those without which it would have come out stricter, in a stable order. */
    public List<String> exemptions() {
        return findings.stream()
                .map(Finding::exemption)
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .toList();
    }
}
