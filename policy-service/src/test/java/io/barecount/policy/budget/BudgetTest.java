package io.barecount.policy.budget;

import static io.barecount.policy.Samples.NOON;
import static io.barecount.policy.Samples.accepted;
import static io.barecount.policy.Samples.ask;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.policy.Samples;
import io.barecount.policy.decision.DecisionInput;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.estimate.History;
import io.barecount.policy.evaluation.Exemptions;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
    private static final Governance GOVERNANCE = Samples.shipped();
    private static final Money MOST =
            GOVERNANCE.judge(ask(draft().manifest())).estimate().high();

    private static Budget budget(String name, String namespace, String costCenter, int runs) {
        return new Budget(
                name, namespace, costCenter, MOST.times(BigDecimal.valueOf(runs)), Budget.Period.MONTH, "finops");
    }

    /** The sums, kept as the service's table keeps them: by what each decision has changed. */
    private static final class Books {
        private final Map<String, Account> accounts = new HashMap<>();
        private final Map<Integer, DecisionState> runs = new HashMap<>();

        Books(List<Budget> budgets) {
            budgets.forEach(budget ->
                    accounts.put(budget.name(), new Account(budget, "2026-07", Money.zero("USD"), Money.zero("USD"))));
        }

        void decide(int run, DecisionInput input) {
            var before = runs.get(run);
            var open = new Accounts(List.copyOf(accounts.values()));
            var after = DecisionState.decide(before, input, NOON, GOVERNANCE, open, History.NONE, Exemptions.NONE)
                    .state();
            runs.put(run, after);
            var funding = DecisionState.funding(after);
            if (funding != null && !funding.equals(DecisionState.funding(before))) {
                funding.reservations()
                        .forEach(reservation -> post(reservation, DecisionState.funding(before), funding));
            }
        }

        private void post(Reservation reservation, Funding before, Funding after) {
            var was = before == null ? null : before.posting(reservation);
            var now = after.posting(reservation);
            accounts.computeIfPresent(
                    reservation.budget(),
                    (name, account) -> new Account(
                            account.budget(),
                            account.period(),
                            account.reserved()
                                    .plus(now.reserved())
                                    .plus(
                                            was == null
                                                    ? Money.zero("USD")
                                                    : was.reserved().negated()),
                            account.spent()
                                    .plus(now.spent())
                                    .plus(
                                            was == null
                                                    ? Money.zero("USD")
                                                    : was.spent().negated())));
        }

        long permitted() {
            return runs.values().stream()
                    .filter(DecisionState.Permitted.class::isInstance)
                    .count();
        }
    }

    private static DecisionInput submit(int run) {
        return new DecisionInput.Accepted(accepted(run("budget-" + run), draft().manifest()));
    }

    @Test
    void aThousandAdmissionsTogetherGetWhatIsThereAndNotOneMore() {
        var books = new Books(List.of(budget("finance", "finance", null, 100)));

        IntStream.range(0, 1_000).forEach(run -> books.decide(run, submit(run)));

        assertThat(books.permitted()).isEqualTo(100);
        assertThat(books.runs).hasSize(1_000);
        assertThat(books.accounts.get("finance").left()).isEqualTo(Money.zero("USD"));
    }

    @Test
    void everyBudgetThatPaysARunMustHaveEnough() {
        var books = new Books(List.of(
                budget("finance", "finance", null, 100),
                budget("cost-centre", null, "1", 7),
                budget("others", "retail", null, 0)));

        IntStream.range(0, 50).forEach(run -> books.decide(run, submit(run)));

        assertThat(books.permitted()).isEqualTo(7);
        assertThat(books.accounts.get("finance").reserved()).isEqualTo(MOST.times(BigDecimal.valueOf(7)));
    }

    @Test
    void anotherCurrencyIsNeverConverted() {
        var euro = new Budget("euro", "finance", null, new Money(BigDecimal.TEN, "EUR"), Budget.Period.DAY, "finops");
        var accounts = new Accounts(List.of(new Account(euro, "2026-07-01", Money.zero("EUR"), Money.zero("EUR"))));

        assertThat(accounts.lacking(MOST)).isPresent();
    }

    /** Less than all that was reserved is not known then, and a reservation that nobody settles would be lost for ever. */
    @Test
    void anEndThatTellsNoCostSpendsWhatWasReserved() {
        var books = new Books(List.of(budget("finance", "finance", null, 5)));
        books.decide(1, submit(1));
        books.decide(2, submit(2));
        books.decide(2, new DecisionInput.Revoke("gus", "no"));

        books.decide(1, new DecisionInput.Ended(null, NOON, true));
        books.decide(2, new DecisionInput.Ended(null, NOON, true));
        books.decide(2, new DecisionInput.Ended(Money.zero("USD"), NOON, true));

        assertThat(books.accounts.get("finance").reserved()).isEqualTo(Money.zero("USD"));
        assertThat(books.accounts.get("finance").spent()).isEqualTo(MOST.times(BigDecimal.TWO));
    }

    @Test
    void aRevokedRunIsSettledByItsEndAsAnyOther() {
        var books = new Books(List.of(budget("finance", "finance", null, 5)));
        books.decide(1, submit(1));
        books.decide(1, new DecisionInput.Revoke("gus", "no"));
        assertThat(books.accounts.get("finance").reserved()).isEqualTo(MOST);

        books.decide(1, new DecisionInput.Ended(Money.zero("USD"), NOON, true));

        assertThat(books.accounts.get("finance").left())
                .isEqualTo(budget("finance", "finance", null, 5).limit());
    }

    /** In any order of submissions, ends and repeats: what is reserved and spent never exceeds the limit, and equals the runs' sums. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void sumsAreThoseOfTheRunsAndNeverOverTheLimit(long seed) {
        var random = new SplittableRandom(seed);
        var books = new Books(List.of(budget("finance", "finance", null, 20)));
        for (var i = 0; i < 2_000; i++) {
            var run = random.nextInt(300);
            books.decide(
                    run,
                    switch (random.nextInt(4)) {
                        case 0, 1 -> submit(run);
                        case 2 ->
                            new DecisionInput.Ended(
                                    random.nextInt(5) == 0
                                            ? null
                                            : MOST.times(new BigDecimal("0." + random.nextInt(10))),
                                    NOON,
                                    true);
                        default -> new DecisionInput.Revoke("gus", "no");
                    });
            var account = books.accounts.get("finance");
            assertThat(account.left().amount().signum()).isNotNegative();
        }
        var reserved = Money.zero("USD");
        var spent = Money.zero("USD");
        for (var state : books.runs.values()) {
            var funding = DecisionState.funding(state);
            if (funding != null) {
                var posting = funding.posting(funding.reservations().get(0));
                reserved = reserved.plus(posting.reserved());
                spent = spent.plus(posting.spent());
            }
        }
        assertThat(books.accounts.get("finance").reserved()).isEqualTo(reserved);
        assertThat(books.accounts.get("finance").spent()).isEqualTo(spent);
    }
}
