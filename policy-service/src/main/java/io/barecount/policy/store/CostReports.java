package io.barecount.policy.store;

import io.barecount.contracts.Money;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/** Sums over decided runs that have ended. */
@ApplicationScoped
public class CostReports {
    private final EntityManager entities;

    CostReports(EntityManager entities) {
        this.entities = entities;
    }

    /** @param costCenter null for runs that name none */
    public record Spend(String costCenter, String namespace, long runs, Money spent) {}

    /**
     * How well a pipeline's cost was known before: of each run, what it did cost against what was likely.
     *
     * @param medianError of the runs' absolute errors, as a part of the actual cost: 0.1 is ten per cent
     * @param p90Error nine of ten runs were off by less
     * @param bias mean of actual over likely; above 1, estimates are too low
     */
    public record Accuracy(
            String namespace,
            String pipeline,
            String runner,
            long runs,
            Money likely,
            Money actual,
            double medianError,
            double p90Error,
            double bias) {}

    @Transactional
    @SuppressWarnings("unchecked")
    public List<Spend> spend(Instant since) {
        List<Object[]> rows = entities.createNativeQuery(
                        "select cost_center, namespace, count(*), sum(actual), currency"
                                + " from decisions where ended_at >= :since and actual is not null"
                                + " group by cost_center, namespace, currency"
                                + " order by sum(actual) desc, cost_center, namespace")
                .setParameter("since", since)
                .getResultList();
        return rows.stream()
                .map(row -> new Spend(
                        (String) row[0], (String) row[1], ((Number) row[2]).longValue(), money(row[3], row[4])))
                .toList();
    }

    @Transactional
    @SuppressWarnings("unchecked")
    public List<Accuracy> accuracy(Instant since) {
        List<Object[]> rows = entities.createNativeQuery(
                        "select namespace, pipeline, runner, count(*), sum(likely), sum(actual), currency,"
                                + " percentile_cont(0.5) within group (order by abs(actual - likely) / actual),"
                                + " percentile_cont(0.9) within group (order by abs(actual - likely) / actual),"
                                + " avg(actual / likely)"
                                + " from decisions where ended_at >= :since and actual > 0 and likely > 0"
                                + " group by namespace, pipeline, runner, currency order by namespace, pipeline, runner")
                .setParameter("since", since)
                .getResultList();
        return rows.stream()
                .map(row -> new Accuracy(
                        (String) row[0],
                        (String) row[1],
                        (String) row[2],
                        ((Number) row[3]).longValue(),
                        money(row[4], row[6]),
                        money(row[5], row[6]),
                        number(row[7]),
                        number(row[8]),
                        number(row[9])))
                .toList();
    }

    private static Money money(Object amount, Object currency) {
        return new Money((BigDecimal) amount, (String) currency);
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }
}
