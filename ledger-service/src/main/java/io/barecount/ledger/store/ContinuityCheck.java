package io.barecount.ledger.store;

import io.barecount.ledger.tree.TiledTree;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while the log may not be signed, and says why. */
@ApplicationScoped
@Readiness
class ContinuityCheck implements HealthCheck {
    private final Continuity continuity;

    ContinuityCheck(Continuity continuity) {
        this.continuity = continuity;
    }

    @Override
    public HealthCheckResponse call() {
        var problem = continuity.unwritten();
        if (problem == null) {
            problem = broken();
        }
        return HealthCheckResponse.named("continuity")
                .status(problem == null)
                .withData("problem", problem == null ? "" : problem)
                .build();
    }

    /** The file is read first: what it says was committed before. */
    private String broken() {
        try {
            var signed = continuity.read();
            Appender.inTransaction(log -> {
                continuity.requireThatContinues(signed, new TiledTree(log.head().size(), log));
                return null;
            });
            return null;
        } catch (RuntimeException e) {
            return e.getMessage();
        }
    }
}
