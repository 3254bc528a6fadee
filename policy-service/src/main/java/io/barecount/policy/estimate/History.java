package io.barecount.policy.estimate;

import io.barecount.contracts.manifest.RunnerType;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a pipeline's ended runs when one more is decided on: kept with the decision, which can be made again from it.
 *
 * @param experiences at most one of each runner type
 */
public record History(List<Experience> experiences) {
    public static final History NONE = new History(List.of());

    public History {
        experiences = List.copyOf(experiences);
    }

    /** Empty where too little is known. */
    public Optional<Experience> on(RunnerType type) {
        return experiences.stream()
                .filter(experience -> experience.runner() == type)
                .findFirst();
    }
}
