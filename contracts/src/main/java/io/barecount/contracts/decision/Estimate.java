package io.barecount.contracts.decision;

import io.barecount.contracts.Money;
import io.barecount.contracts.proof.Digest;
import java.time.Duration;

/**
 * What a run is expected to cost, before it starts.
 *
 * @param low if it takes half the expected time, or, from earlier runs, as long as the quickest tenth of them
 * @param likely if it takes the expected time
 * @param high if every task runs into its timeout
 * @param perTask expected runtime of one task
 * @param tariff how one attempt is charged; the actual cost is settled with it
 * @param priceBook digest of the price book that the tariff was made from
 * @param runs how many earlier runs of the pipeline on this runner type the times are from; null where they are the manifest's
 */
public record Estimate(
        Money low,
        Money likely,
        Money high,
        Duration perTask,
        int tasks,
        Tariff tariff,
        Digest priceBook,
        Integer runs) {
    /** From what the manifest says. */
    public Estimate(Money low, Money likely, Money high, Duration perTask, int tasks, Tariff tariff, Digest priceBook) {
        this(low, likely, high, perTask, tasks, tariff, priceBook, null);
    }
}
