package io.barecount.ledger.store;

import io.smallrye.health.api.Wellness;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Down while the last checks of the log found something wrong or missing. The service stays ready: what is left is what evidence there is. */
@ApplicationScoped
@Wellness
class Integrity implements HealthCheck {
    private final LogCheck check;
    private final Completeness completeness;

    Integrity(LogCheck check, Completeness completeness) {
        this.check = check;
        this.completeness = completeness;
    }

    @Override
    public HealthCheckResponse call() {
        var present = Stream.concat(check.present().stream(), completeness.present().stream())
                .toList();
        return HealthCheckResponse.named("integrity")
                .status(present.isEmpty())
                .withData("findings", present.size())
                .withData("first", present.isEmpty() ? "" : present.get(0).toString())
                .build();
    }
}
