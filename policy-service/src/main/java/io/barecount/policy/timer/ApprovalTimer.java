package io.barecount.policy.timer;

import io.barecount.contracts.event.EventIds;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.timer.Timers;
import io.barecount.policy.PolicyConfig;
import io.barecount.policy.decision.DecisionInput;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.store.DecisionRow;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Denies held runs whose time is over. What is due stands in the database alone: a restart loses nothing. */
@ApplicationScoped
class ApprovalTimer {
    private static final int RUNS_MAX = 500;

    private final Stage<DecisionState, DecisionInput> stage;
    private final PolicyConfig config;

    ApprovalTimer(Stage<DecisionState, DecisionInput> stage, PolicyConfig config) {
        this.stage = stage;
        this.config = config;
    }

    void start(@Observes StartupEvent event, Timers timers) {
        timers.every(config.approvalPollEvery(), "looking for held runs whose time is over", this::poll);
    }

    private void poll() {
        var now = Instant.now();
        var due = QuarkusTransaction.requiringNew().call(() -> DecisionRow.due(now, RUNS_MAX));
        CompletableFuture.allOf(due.stream().map(this::tell).toArray(CompletableFuture[]::new))
                .join();
    }

    private CompletableFuture<DecisionState> tell(String run) {
        var cause = EventIds.ofName("policy/approval-due/" + run);
        return stage.submit(new Input<>(run, new DecisionInput.Due(), cause, null));
    }
}
