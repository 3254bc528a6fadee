package io.barecount.oracle;

import java.util.Optional;

/** In whose hands a started thing is. */
public final class Workloads {
    private final Workload workload;

    private Workloads(Workload workload) {
        this.workload = workload;
    }

    /** It runs until the test says {@link ProviderOracle#finish}. */
    public static Workloads manual() {
        return new Workloads(null);
    }

    /** Each accepted start is executed, on a virtual thread of its own. */
    public static Workloads executing(Workload workload) {
        return new Workloads(workload);
    }

    Optional<Workload> workload() {
        return Optional.ofNullable(workload);
    }
}
