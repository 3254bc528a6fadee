package io.barecount.gateway.store;

import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.agent.Agent.Rights;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes the token known that an installer left for the agent it brings along. */
@ApplicationScoped
class BroughtToken {
    private final GatewayConfig config;

    BroughtToken(GatewayConfig config) {
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        config.enrolmentTokenFile().filter(Files::exists).ifPresent(this::makeKnown);
    }

    private void makeKnown(Path file) {
        try {
            var lines = Files.readAllLines(file);
            QuarkusTransaction.requiringNew()
                    .run(() -> EnrolmentTokenRow.make(
                            lines.get(0).strip(),
                            lines.size() > 1 ? lines.get(1).strip() : null,
                            new Rights(List.of(Rights.EVERYWHERE), List.of(), false),
                            null));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "barecount.gateway.enrolment-token-file names " + file + ", which can't be read", e);
        }
    }
}
