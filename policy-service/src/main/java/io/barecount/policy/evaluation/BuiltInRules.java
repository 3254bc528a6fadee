package io.barecount.policy.evaluation;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Choice;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.policy.budget.Account;
import io.barecount.policy.estimate.Names;
import io.barecount.policy.estimate.Prices;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What every run has to meet before any policy can be asked. No policy set can turn these off. */
public final class BuiltInRules {
    public static final String MANIFEST_COMPLETE = "manifest-complete";
    public static final String BOUNDARY_KNOWN = "boundary-known";
    public static final String PRICE_KNOWN = "price-known";

    public static final String RUNNER_FOUND = "runner-found";

    public static final String APPROVED = "approved";

    public static final String WITHIN_BUDGET = "within-budget";

    /** No rule of a policy set may be called so. */
    public static final Set<String> IDS =
            Set.of(MANIFEST_COMPLETE, BOUNDARY_KNOWN, PRICE_KNOWN, RUNNER_FOUND, APPROVED, WITHIN_BUDGET);

    private static final String OWNER = "governance";

    private BuiltInRules() {}

    /** @param missing JSON pointers, never empty */
    public static Finding incomplete(List<String> missing) {
        return deny(
                MANIFEST_COMPLETE,
                missing.get(0),
                "The manifest is not normalised: what a decision needs is missing.",
                "nothing at " + String.join(", ", missing),
                "a manifest as manifest-service normalises it");
    }

    public static Finding unknownBoundary(Manifest manifest, Boundaries boundaries) {
        var name = manifest.spec().network().boundary();
        return deny(
                BOUNDARY_KNOWN,
                "/spec/network/boundary",
                "There is no boundary called " + name + ": a manifest names a governed one and can't invent one.",
                name,
                String.join(", ", boundaries.names()));
    }

    /** @param missing the items that the price book lacks */
    public static Finding unknownPrice(Manifest manifest, Prices prices, List<String> missing) {
        var type = manifest.spec().runner().type();
        var known = prices.itemsFor(type);
        return deny(
                PRICE_KNOWN,
                "/spec/runner/" + Names.of(type),
                "The price book " + prices.book().name() + " has no price for this runner, and none is guessed.",
                "no price for " + String.join(", ", missing),
                known.isEmpty()
                        ? "another runner type: there are no prices for " + Names.of(type)
                        : String.join(", ", known));
    }

    /** @param others why it is none of them */
    public static Finding noRunner(Manifest manifest, List<Choice.Other> others) {
        return deny(
                RUNNER_FOUND,
                "/spec/runner/auto",
                "No runner type can be had for this workload: "
                        + others.stream()
                                .map(other -> Names.of(other.type()) + ": " + other.detail())
                                .collect(Collectors.joining("; "))
                        + ".",
                Names.settings(manifest.spec().runner()),
                "less memory, a shorter timeout, more types, or a type named by the manifest itself");
    }

    /** @param roles who could have approved */
    public static Finding refused(String by, String reason, Collection<String> roles) {
        return deny(
                APPROVED,
                "",
                by + " refused this run: " + (reason == null || reason.isBlank() ? "no reason was given" : reason),
                "refused by " + by,
                "an approval by " + String.join(", ", roles) + ": talk with " + by + ", and submit it again");
    }

    /** @param given how many had approved */
    public static Finding expired(Instant at, int given, Collection<String> roles) {
        return deny(
                APPROVED,
                "",
                "The run was not approved by " + at + ", and waits no longer.",
                given + (given == 1 ? " approval" : " approvals"),
                "approval in time by " + String.join(", ", roles) + ": submit it again, and tell them");
    }

    /** @param most what the run may cost at most, and so would reserve */
    public static Finding overBudget(Account account, Money most) {
        var budget = account.budget();
        return new Finding(
                WITHIN_BUDGET,
                Finding.Level.DENY,
                "/spec/owner/costCenter",
                "The budget " + budget.name() + " of " + budget.limit() + " for " + account.period() + " has "
                        + account.left() + " left: " + account.spent() + " are spent, and " + account.reserved()
                        + " are reserved for runs that have not ended. This run may cost up to " + most
                        + " if every task runs into its timeout.",
                most.toString(),
                "at most " + account.left() + ": a cheaper runner, a shorter timeout, or a larger budget",
                budget.owner());
    }

    private static Finding deny(String rule, String path, String message, String found, String allowed) {
        return new Finding(rule, Finding.Level.DENY, path, message, found, allowed, OWNER);
    }
}
