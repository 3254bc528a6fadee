package io.barecount.policy;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.Stages;
import io.barecount.policy.budget.Budget;
import io.barecount.policy.decision.DecisionInput;
import io.barecount.policy.decision.DecisionState;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.estimate.History;
import io.barecount.policy.evaluation.Exemptions;
import io.barecount.policy.exemption.ExemptionInput;
import io.barecount.policy.exemption.ExemptionState;
import io.barecount.policy.store.AccountStore;
import io.barecount.policy.store.DecisionRow;
import io.barecount.policy.store.ExemptionRow;
import io.barecount.policy.store.ExemptionStore;
import io.barecount.policy.store.Firings;
import io.barecount.policy.store.Histories;
import io.barecount.policy.store.Versions;
import io.barecount.policy.store.VersionsRow;
import io.barecount.policy.version.VersionsInput;
import io.barecount.policy.version.VersionsState;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;

/** Makes the parts of the core, one of each. */
class PolicyWiring {
    private static final Logger LOG = Logger.getLogger(PolicyWiring.class);

    @Produces
    @Singleton
    GovernanceLoading.Loaded documents(PolicyConfig config) {
        return GovernanceLoading.load(config);
    }

    @Produces
    @Singleton
    Stage<DecisionState, DecisionInput> decisions(
            Stages stages,
            LiveGovernance live,
            AccountStore accounts,
            Histories histories,
            ExemptionStore exemptions,
            Firings firings) {
        return stages.stage(DecisionRow.aggregates(), (state, input, now) -> {
            var governance = live.now();
            var judged = judged(state, input);
            var open = accounts.lock(paying(judged, governance), now);
            var exempt = isNamed(judged) ? exemptions.lock(judged, now) : Exemptions.NONE;
            var decision =
                    DecisionState.decide(state, input, now, governance, open, history(state, input, histories), exempt);
            exemptions.post(DecisionState.use(state), DecisionState.use(decision.state()), now);
            accounts.post(DecisionState.funding(state), DecisionState.funding(decision.state()));
            if (decision.state() != null) {
                var run = decision.state().run().toString();
                firings.add(DecisionState.fired(state, decision.state()), run, now);
            }
            return decision;
        });
    }

    @Produces
    @Singleton
    Stage<VersionsState, VersionsInput> versions(Stages stages, Versions versions) {
        return stages.stage(
                "policy-versions",
                VersionsRow.aggregates(),
                (state, input, now) -> {
                    switch (input) {
                        case VersionsInput.Deploy(var candidate) ->
                            versions.keep(
                                    candidate,
                                    VersionsState.BY_DEPLOYMENT,
                                    "the service was started with these documents",
                                    now);
                        case VersionsInput.Propose propose ->
                            versions.keep(propose.candidate(), propose.by(), propose.reason(), now);
                        case VersionsInput.Promote promote -> {}
                        case VersionsInput.Shadow shadow -> {}
                    }
                    return VersionsState.decide(state, input, now);
                },
                null);
    }

    @Produces
    @Singleton
    Stage<ExemptionState, ExemptionInput> exemptions(Stages stages, LiveGovernance live) {
        return stages.stage(
                "policy-exemptions",
                ExemptionRow.aggregates(),
                (state, input, now) ->
                        ExemptionState.decide(state, input, now, live.now().rules()),
                null);
    }

    /** Needed once: a run that is decided on again has it in its state. */
    private static History history(DecisionState state, DecisionInput input, Histories histories) {
        return state == null
                        && input instanceof DecisionInput.Accepted(var accepted)
                        && isNamed(accepted.spec().manifest())
                ? histories.of(accepted.spec().manifest())
                : History.NONE;
    }

    private static boolean isNamed(Manifest manifest) {
        return manifest != null
                && manifest.metadata() != null
                && manifest.name() != null
                && manifest.namespace() != null;
    }

    /** What this input has the rules asked about; null for nothing. */
    private static Manifest judged(DecisionState state, DecisionInput input) {
        return switch (input) {
            case DecisionInput.Accepted(var accepted)
            when state == null -> accepted.spec().manifest();
            case DecisionInput.Approve approve
            when state instanceof DecisionState.Held held -> held.asked().manifest();
            default -> null;
        };
    }

    /** The budgets that something may be reserved in: none for most, and then nobody waits for anybody. */
    private static List<Budget> paying(Manifest manifest, Governance governance) {
        return manifest == null || manifest.spec() == null
                ? List.of()
                : governance.budgets().stream()
                        .filter(budget -> budget.pays(manifest))
                        .toList();
    }

    /** Before anything is consumed or answered: what is wrong with the governance stops the service here. */
    void start(
            @Observes @Priority(1) StartupEvent event,
            LiveGovernance live,
            Stage<VersionsState, VersionsInput> versions)
            throws InterruptedException {
        live.deploy(versions);
        var governance = live.now();
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
