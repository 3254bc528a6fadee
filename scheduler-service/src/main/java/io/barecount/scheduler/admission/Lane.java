package io.barecount.scheduler.admission;

import io.barecount.contracts.control.Scope;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.scheduler.run.Placement;
import java.util.List;

/** Runs that come under exactly the same limits: where one of them has to wait for room, all have to. */
public record Lane(String namespace, String pipeline, RunnerType runnerType, String boundary) {
    public static Lane of(String namespace, String pipeline, Placement placement) {
        return new Lane(namespace, pipeline, placement.runnerType(), placement.boundary());
    }

    /** All that its runs belong to, from the whole platform down to the pipeline. */
    public List<Scope> scopes() {
        return List.of(
                Scope.PLATFORM,
                Scope.namespace(namespace),
                Scope.runnerType(runnerType),
                Scope.boundary(boundary),
                Scope.pool(runnerType, boundary),
                Scope.pipeline(namespace, pipeline));
    }
}
