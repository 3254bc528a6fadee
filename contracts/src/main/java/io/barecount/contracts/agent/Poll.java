package io.barecount.contracts.agent;

import io.barecount.contracts.manifest.RunnerType;
import java.util.List;

/**
 * An agent asks for work.
 *
 * @param free how many attempts it can take
 * @param runnerTypes it stands in for
 * @param boundaries it may work in; {@code *} for all
 * @param egress what it does about a boundary's egress
 */
public record Poll(int free, List<RunnerType> runnerTypes, List<String> boundaries, Egress egress) {
    public enum Egress {
        /** A workload gets a network of its own, from which those are reached whom the boundary allows, and nobody else. */
        ENFORCE,
        /** One that may reach nobody gets a network of its own; others have the machine's, and the evidence says so. */
        ISOLATE,
        /** It can do neither, and says so in the evidence. */
        RECORD
    }
}
