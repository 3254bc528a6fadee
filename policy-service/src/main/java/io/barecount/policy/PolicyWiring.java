package io.barecount.policy;

import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.Stages;
import io.barecount.policy.budget.Budget;
import io.barecount.policy.decision.DecisionInput;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.store.AccountStore;
import io.barecount.policy.store.DecisionRow;
import io.barecount.policy.store.Versions;
import io.barecount.policy.version.GoverningDocument;
import io.barecount.policy.version.Version;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/** Makes the parts of the core, one of each. */
class PolicyWiring {
    private static final Logger LOG = Logger.getLogger(PolicyWiring.class);

    /** Whoever may start the service with documents. */
    private static final String BY_DEPLOYMENT = "deployment";

    @Produces
    @Singleton
    GovernanceLoading.Loaded documents(PolicyConfig config) {
        return GovernanceLoading.load(config);
    }

    @Produces
    @Singleton
    Governance governance(GovernanceLoading.Loaded documents) {
        return documents.governance();
    }

    @Produces
    @Singleton
    Stage<DecisionState, DecisionInput> stage(Stages stages, Governance governance, AccountStore accounts) {
        return stages.stage(DecisionRow.aggregates(), (state, input, now) -> {
            var open = accounts.lock(paying(state, input, governance), now);
            var decision = DecisionState.decide(state, input, now, governance, open);
            accounts.post(DecisionState.funding(state), DecisionState.funding(decision.state()));
            return decision;
        });
    }

    /** The budgets that this input may reserve something in: none for most, and then nobody waits for anybody. */
    private static List<Budget> paying(DecisionState state, DecisionInput input, Governance governance) {
        var manifest = switch (input) {
            case DecisionInput.Accepted(var accepted)
            when state == null -> accepted.spec().manifest();
            case DecisionInput.Approve approve
            when state instanceof DecisionState.Held held -> held.asked().manifest();
            default -> null;
        };
        return manifest == null || manifest.spec() == null
                ? List.of()
                : governance.budgets().stream()
                        .filter(budget -> budget.pays(manifest))
                        .toList();
    }

    /** Before anything is consumed or answered: what is wrong with the governance stops the service here. */
    void start(@Observes @Priority(1) StartupEvent event, GovernanceLoading.Loaded documents, Versions versions) {
        var governance = documents.governance();
        versions.keep(
                Version.of(governance),
                GoverningDocument.of(governance),
                documents.files().texts(),
                BY_DEPLOYMENT,
                "the service was started with these documents",
                Instant.now());
        LOG.infof(
                "governance: %d rules in %s, boundaries %s, price book %s of %s, permits signed by key %s",
                governance.rules().sets().stream()
                        .mapToInt(set -> set.rules().size())
                        .sum(),
                governance.rules().digest(),
                governance.boundaries().names(),
                governance.prices().book().name(),
                governance.prices().book().date(),
                governance.permits().verifyingKey().keyId());
    }
}
