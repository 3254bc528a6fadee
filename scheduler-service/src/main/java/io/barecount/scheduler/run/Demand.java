package io.barecount.scheduler.run;

import io.barecount.contracts.manifest.Manifest;
import java.time.Duration;
import java.time.Instant;

/**
 * What a run takes of the limits it comes under, and what it would take.
 *
 * @param held attempts that are out
 * @param wanted attempts that it would dispatch at once if there were room
 * @param rank its place among the runs of its namespace, the lowest first
 * @param taskCost what one attempt is expected to cost
 * @param priority the higher, the more urgent
 * @param preemptible attempts of {@code held} that may be stopped for something more urgent
 * @param preempting attempts of {@code held} that are being stopped for it
 */
public record Demand(
        int held, int wanted, Instant rank, double taskCost, int priority, int preemptible, int preempting) {
    /** A run overtakes those of the next higher priority that came this much later: so long a priority can make it wait. */
    public static final Duration AGEING = Duration.ofMinutes(10);

    static final Demand NONE = new Demand(0, 0, Instant.EPOCH, 0, 0, 0, 0);

    /** Of a run that came then: one of higher priority stands as if it had come earlier, so that whoever waits long enough is first. */
    public static Instant rank(Manifest.Priority priority, Instant since) {
        return since.minus(AGEING.multipliedBy(priority.ordinal()));
    }
}
