package io.barecount.policy.store;

import io.barecount.contracts.Money;
import io.barecount.policy.budget.Account;
import io.barecount.policy.budget.Accounts;
import io.barecount.policy.budget.Budget;
import io.barecount.policy.budget.Funding;
import io.barecount.policy.budget.Reservation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sums of each budget in each period. The truth is with the runs; these are kept so that a decision need not add them up. All of it
 * is inside the transaction of the decision.
 */
@ApplicationScoped
public class AccountStore {
    private final EntityManager entities;
    private final Turns turns;

    AccountStore(EntityManager entities, Turns turns) {
        this.entities = entities;
        this.turns = turns;
    }

    /** As they stand now; nobody else changes them until the transaction ends. */
    public Accounts lock(List<Budget> budgets, Instant now) {
        if (budgets.isEmpty()) {
            return Accounts.NONE;
        }
        turns.take();
        return read(budgets, now);
    }

    /** As they stood a moment ago: for showing. */
    public Accounts read(List<Budget> budgets, Instant now) {
        Map<String, Object[]> rows = new HashMap<>();
        @SuppressWarnings("unchecked")
        List<Object[]> found = entities.createNativeQuery(
                        "select budget, period, reserved, spent from accounts where budget = any (:budgets)")
                .setParameter("budgets", budgets.stream().map(Budget::name).toArray(String[]::new))
                .getResultList();
        found.forEach(row -> rows.put(row[0] + " " + row[1], row));
        return new Accounts(budgets.stream()
                .map(budget -> {
                    var period = budget.period().at(now);
                    var currency = budget.limit().currency();
                    var row = rows.get(budget.name() + " " + period);
                    return new Account(
                            budget,
                            period,
                            row == null ? Money.zero(currency) : new Money((BigDecimal) row[2], currency),
                            row == null ? Money.zero(currency) : new Money((BigDecimal) row[3], currency));
                })
                .toList());
    }

    /** What a run's funding has changed. */
    public void post(Funding before, Funding after) {
        if (after == null || after.equals(before)) {
            return;
        }
        for (var reservation : after.reservations()) {
            var now = after.posting(reservation);
            var was = before == null ? null : before.posting(reservation);
            add(
                    reservation,
                    was == null
                            ? now.reserved()
                            : now.reserved().plus(was.reserved().negated()),
                    was == null ? now.spent() : now.spent().plus(was.spent().negated()));
        }
    }

    /** Not by an upsert: the table would check the row that is proposed, which for a settlement is a negative one. */
    private void add(Reservation to, Money reserved, Money spent) {
        if (execute(
                        "update accounts set reserved = reserved + :reserved, spent = spent + :spent"
                                + " where budget = :budget and period = :period",
                        to,
                        reserved,
                        spent)
                == 0) {
            execute(
                    "insert into accounts (budget, period, reserved, spent)"
                            + " values (:budget, :period, :reserved, :spent)",
                    to,
                    reserved,
                    spent);
        }
    }

    private int execute(String sql, Reservation to, Money reserved, Money spent) {
        return entities.createNativeQuery(sql)
                .setParameter("budget", to.budget())
                .setParameter("period", to.period())
                .setParameter("reserved", reserved.amount())
                .setParameter("spent", spent.amount())
                .executeUpdate();
    }
}
