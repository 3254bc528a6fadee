package io.barecount.policy.api;

import io.barecount.access.Allow;
import io.barecount.contracts.Money;
import io.barecount.messaging.http.Problem;
import io.barecount.policy.LiveGovernance;
import io.barecount.policy.budget.Account;
import io.barecount.policy.budget.Budget;
import io.barecount.policy.store.AccountStore;
import io.barecount.policy.store.CostReports;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What runs were thought to cost, what they did, and what may still be spent. */
@Path("/")
@Allow(in = Allow.Scope.PLATFORM)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class CostsResource {
    private final LiveGovernance live;
    private final AccountStore accounts;
    private final CostReports reports;

    CostsResource(LiveGovernance live, AccountStore accounts, CostReports reports) {
        this.live = live;
        this.accounts = accounts;
        this.reports = reports;
    }

    /** @param period the present one, such as {@code 2026-11} */
    public record BudgetAnswer(Budget budget, String period, Money reserved, Money spent, Money left) {
        static BudgetAnswer of(Account account) {
            return new BudgetAnswer(
                    account.budget(), account.period(), account.reserved(), account.spent(), account.left());
        }
    }

    @GET
    @Path("budgets")
    public List<BudgetAnswer> budgets() {
        return accounts.read(live.now().budgets(), Instant.now()).all().stream()
                .map(BudgetAnswer::of)
                .toList();
    }

    @GET
    @Path("budgets/{name}")
    public BudgetAnswer budget(@PathParam("name") String name) {
        return budgets().stream()
                .filter(answer -> answer.budget().name().equals(name))
                .findFirst()
                .orElseThrow(() -> Problem.of(
                                404,
                                "no-budget",
                                "No such budget",
                                "There is no budget of this name; there are "
                                        + live.now().budgets().stream()
                                                .map(Budget::name)
                                                .toList() + ".")
                        .exception());
    }

    /** Of runs that ended in that time, exactly as the runs' own events say it. */
    @GET
    @Path("spend")
    public List<CostReports.Spend> spend(@QueryParam("since") @DefaultValue("P30D") String since) {
        return reports.spend(Instant.now().minus(duration(since)));
    }

    /** Of runs that ended in that time. */
    @GET
    @Path("estimates")
    public List<CostReports.Accuracy> accuracy(@QueryParam("since") @DefaultValue("P30D") String since) {
        return reports.accuracy(Instant.now().minus(duration(since)));
    }

    static Duration duration(String text) {
        try {
            var days = text.matches("[0-9]{1,4}d") ? "P" + text.toUpperCase(Locale.ROOT) : text;
            return Duration.parse(days);
        } catch (DateTimeException e) {
            throw Problem.of(
                            400,
                            "no-duration",
                            "Not a time",
                            "A time such as 30d, P30D or PT6H is wanted, found " + text + ".")
                    .exception();
        }
    }
}
