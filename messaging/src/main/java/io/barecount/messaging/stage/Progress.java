package io.barecount.messaging.stage;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** A service is ready while its stages make progress: one that only repeats a failing batch is not. */
@Readiness
@ApplicationScoped
class Progress implements HealthCheck {
    private final Stages stages;

    Progress(Stages stages) {
        this.stages = stages;
    }

    @Override
    public HealthCheckResponse call() {
        var failures = stages.failures();
        return HealthCheckResponse.named("stages")
                .status(failures.isEmpty())
                .withData("failing", String.join("; ", failures))
                .build();
    }
}
