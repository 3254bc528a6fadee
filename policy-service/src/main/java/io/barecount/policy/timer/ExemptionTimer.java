package io.barecount.policy.timer;

import io.barecount.contracts.event.EventIds;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.timer.Timers;
import io.barecount.policy.PolicyConfig;
import io.barecount.policy.decision.DecisionInput;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.exemption.ExemptionInput;
import io.barecount.policy.exemption.ExemptionState;
import io.barecount.policy.store.ExemptionRow;
import io.barecount.policy.store.ExemptionStore;
import io.barecount.policy.store.ExemptionStore.Hanging;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Ends exemptions whose time is over, and takes back the permits that hang on revoked ones. What is to be done stands in the database alone: a
 * permit that another instance was about to give while its exemption was revoked is found the next time.
 */
@ApplicationScoped
class ExemptionTimer {
    private static final int MOST = 500;

    private final Stage<ExemptionState, ExemptionInput> exemptions;
    private final Stage<DecisionState, DecisionInput> decisions;
    private final ExemptionStore store;
    private final PolicyConfig config;

    ExemptionTimer(
            Stage<ExemptionState, ExemptionInput> exemptions,
            Stage<DecisionState, DecisionInput> decisions,
            ExemptionStore store,
            PolicyConfig config) {
        this.exemptions = exemptions;
        this.decisions = decisions;
        this.store = store;
        this.config = config;
    }

    void start(@Observes StartupEvent event, Timers timers) {
        timers.every(config.exemptionPollEvery(), "looking for exemptions that have ended", this::poll);
    }

    private void poll() {
        var now = Instant.now();
        var due = QuarkusTransaction.requiringNew().call(() -> ExemptionRow.due(now, MOST));
        var hanging = QuarkusTransaction.requiringNew().call(() -> store.onRevoked(MOST));
        CompletableFuture.allOf(Stream.concat(
                                due.stream().map(this::end), hanging.stream().map(this::revoke))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private CompletableFuture<ExemptionState> end(String exemption) {
        var cause = EventIds.ofName("policy/exemption-due/" + exemption);
        return exemptions.submit(new Input<>(exemption, new ExemptionInput.Due(), cause, null));
    }

    private CompletableFuture<DecisionState> revoke(Hanging hanging) {
        var end = QuarkusTransaction.requiringNew()
                .call(() -> ExemptionRow.stateOf(hanging.exemption()).orElseThrow())
                .end();
        var cause = EventIds.ofName("policy/exemption-revoked/" + hanging.exemption() + "/" + hanging.run());
        var reason = "its permit hung on exemption " + hanging.exemption() + ", which was revoked: " + end.reason();
        return decisions.submit(new Input<>(hanging.run(), new DecisionInput.Revoke(end.by(), reason), cause, null));
    }
}
