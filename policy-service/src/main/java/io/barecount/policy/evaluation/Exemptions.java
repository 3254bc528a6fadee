package io.barecount.policy.evaluation;

import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Those that hold for the pipeline which is decided on, at the time of the decision. Part of what a decision is made from, and kept with it.
 *
 * @param all the one first that ends last; of several for one rule, the first with room is used
 */
public record Exemptions(List<InForce> all) {
    public static final Exemptions NONE = new Exemptions(List.of());

    public Exemptions {
        all = all.stream()
                .sorted(Comparator.comparing((InForce one) -> one.exemption().until())
                        .reversed()
                        .thenComparing(one -> one.exemption().id()))
                .toList();
    }

    /** Id of the one that lets a run of this estimate pass by the rule; empty if none does. */
    public Optional<String> covering(Rule rule, Estimate estimate) {
        return Boolean.FALSE.equals(rule.exemptible())
                ? Optional.empty()
                : all.stream()
                        .filter(one -> one.exemption().rule().equals(rule.id()) && one.hasRoomFor(estimate))
                        .map(one -> one.exemption().id())
                        .findFirst();
    }

    /** What a rule said, as advice where one of them covers it. */
    public Finding applied(Finding finding, Rules rules, Estimate estimate) {
        return all.isEmpty() || finding.level() == Finding.Level.ADVISE
                ? finding
                : rules.rule(finding.rule())
                        .flatMap(rule -> covering(rule, estimate))
                        .map(finding::exemptedBy)
                        .orElse(finding);
    }

    /** Whether a rule is passed by. */
    public Predicate<Rule> covering(Estimate estimate) {
        return all.isEmpty() ? rule -> false : rule -> covering(rule, estimate).isPresent();
    }

    /** When the first of these ends; empty for none. */
    public Optional<Instant> firstEnd(Collection<String> ids) {
        return all.stream()
                .filter(one -> ids.contains(one.exemption().id()))
                .map(one -> one.exemption().until())
                .min(Comparator.naturalOrder());
    }
}
