package io.barecount.policy.budget;

import io.barecount.contracts.Money;
import io.barecount.contracts.manifest.Manifest;
import java.util.List;
import java.util.Optional;

/** The accounts of all budgets that pay a run, as they stand when it is decided on. */
public record Accounts(List<Account> all) {
    public static final Accounts NONE = new Accounts(List.of());

    public Accounts {
        all = List.copyOf(all);
    }

    /** Those of them that pay a run of this manifest. */
    public Accounts paying(Manifest manifest) {
        return new Accounts(
                all.stream().filter(account -> account.budget().pays(manifest)).toList());
    }

    /** The account that has not enough left, or is kept in another currency; empty if all have. */
    public Optional<Account> lacking(Money amount) {
        return all.stream()
                .filter(account -> !account.budget().limit().currency().equals(amount.currency())
                        || account.left().compareTo(amount) < 0)
                .findFirst();
    }

    /** The same amount in each. */
    public Funding reserve(Money amount) {
        return new Funding(
                all.stream()
                        .map(account -> new Reservation(account.budget().name(), account.period(), amount))
                        .toList(),
                null,
                null);
    }
}
