package io.barecount.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.run.RunEvent;
import io.barecount.scheduler.run.RunState;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SimulationTest {
    private static final int RUNS_PER_SEED = 5;
    private static final int SEEDS = 240;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyHistoryKeepsTheInvariantsAndEndsOnce(long seed) {
        for (var i = 0; i < RUNS_PER_SEED; i++) {
            var simulation = new Simulation(seed * RUNS_PER_SEED + i);

            var witness = simulation.play();

            assertThat(witness.violations)
                    .as("seed %s: %s", seed * RUNS_PER_SEED + i, simulation.tale())
                    .isEmpty();
            assertThat(witness.told.stream().filter(Witness::isTerminal))
                    .as("seed %s ends once: %s", seed * RUNS_PER_SEED + i, simulation.tale())
                    .hasSize(1);
            assertThat(simulation.state()).isInstanceOf(RunState.Ended.class);
        }
    }

    /** Or the histories above would prove little. */
    @Test
    void theSeedsReachEveryEndWithRetriesAndStops() {
        var ends = new TreeMap<String, Integer>();
        seeds().forEach(seed -> {
            var witness = new Simulation(seed * RUNS_PER_SEED).play();
            count(ends, witness.told.get(witness.told.size() - 1).getClass().getSimpleName());
            if (!witness.stops.isEmpty()) {
                count(ends, "stops");
            }
            if (witness.starts.keySet().stream().anyMatch(attempt -> attempt.number() > 2)) {
                count(ends, "third attempts");
            }
            if (witness.succeeded.contains(witness.slices())) {
                count(ends, "merges");
            }
            if (witness.told.getLast() instanceof RunEvent.Succeeded succeeded && succeeded.failed() > 0) {
                count(ends, "tolerated failures");
            }
        });

        assertThat(ends)
                .containsOnlyKeys(
                        "Succeeded", "Failed", "Cancelled", "stops", "third attempts", "merges", "tolerated failures")
                .allSatisfy((what, often) -> assertThat(often).as(what).isGreaterThan(SEEDS / 20));
    }

    private static void count(TreeMap<String, Integer> counts, String what) {
        counts.merge(what, 1, Integer::sum);
    }
}
