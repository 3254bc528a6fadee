package io.barecount.contracts.agent;

import io.barecount.contracts.AttemptId;
import java.util.List;

/** An agent is alive. {@code holding} is complete: what was claimed and is not in it is lost. */
public record Beat(List<AttemptId> holding) {
    public Beat {
        holding = List.copyOf(holding);
    }

    /** @param stop attempts to stop and report as stopped */
    public record Answer(List<AttemptId> stop) {
        public Answer {
            stop = List.copyOf(stop);
        }
    }
}
