package io.barecount.contracts.agent;

import io.barecount.contracts.AttemptId;
import java.time.Duration;
import java.util.List;

/** An agent is alive. {@code holding} is complete: what was claimed and is not in it is lost. */
public record Beat(List<AttemptId> holding) {
    public Beat {
        holding = List.copyOf(holding);
    }

    /**
     * @param stop attempts to stop and report as stopped
     * @param lease how long after this beat all that the agent holds is taken for lost, unless another comes
     */
    public record Answer(List<AttemptId> stop, Duration lease) {
        public Answer {
            stop = List.copyOf(stop);
        }
    }
}
