package io.barecount.scheduler.admission;

import java.time.Instant;
import java.util.List;

/** The head of a lane: the runs that are next in it, by rank. */
public record Queue(Lane lane, List<Candidate> candidates) {
    public Queue {
        candidates = List.copyOf(candidates);
    }

    /** @param rank as of {@link io.barecount.scheduler.run.Demand} */
    public record Candidate(String run, int wanted, Instant rank, double taskCost) {}
}
