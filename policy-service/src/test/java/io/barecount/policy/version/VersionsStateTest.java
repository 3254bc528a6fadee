package io.barecount.policy.version;

import static io.barecount.policy.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.governance.GovernanceEvent;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.policy.Samples;
import io.barecount.policy.budget.Budget;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.decision.Objection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VersionsStateTest {
    private static final Candidate FIRST = paying("100");
    private static final Candidate SECOND = paying("200");
    private static final Instant LATER = NOON.plusSeconds(60);

    /** The shipped governance with a budget of this much. */
    private static Candidate paying(String amount) {
        var shipped = Samples.shipped();
        var budget = new Budget("all", null, null, Money.usd(amount), Budget.Period.MONTH, "finops");
        return Candidate.of(
                new Governance(
                        shipped.rules(), shipped.boundaries(), shipped.prices(), List.of(budget), shipped.permits()),
                Map.of("a file", amount));
    }

    private static VersionsState deployed(Candidate candidate) {
        return VersionsState.decide(null, new VersionsInput.Deploy(candidate), NOON)
                .state();
    }

    private static VersionsInput.Promote promote(Candidate candidate, String by) {
        return new VersionsInput.Promote(candidate, "ana", by, false, "agreed");
    }

    private static List<Object> told(Decision<VersionsState> decision) {
        return decision.events().stream().map(Outgoing::data).toList();
    }

    @Test
    void theFirstStartPromotesItsDocumentsAndTellsAllThatHolds() {
        var decision = VersionsState.decide(null, new VersionsInput.Deploy(FIRST), NOON);

        assertThat(decision.state().live()).isEqualTo(FIRST.version().digest());
        assertThat(decision.state().by()).isEqualTo("deployment");
        assertThat(told(decision))
                .filteredOn(GovernanceEvent.BoundaryRegistered.class::isInstance)
                .hasSize(Samples.shipped().boundaries().all().size());
        assertThat(told(decision)).hasAtLeastOneElementOfType(GovernanceEvent.BudgetSet.class);
        assertThat(told(decision)).last().isInstanceOfSatisfying(GovernanceEvent.Promoted.class, promoted -> {
            assertThat(promoted.before()).isNull();
            assertThat(promoted.policySet()).isEqualTo(Samples.shipped().rules().digest());
        });
    }

    @Test
    void whatWasPromotedLastsOverAStartWithTheSameDocuments() {
        var promoted = VersionsState.decide(deployed(FIRST), promote(SECOND, "bea"), NOON)
                .state();

        assertThat(VersionsState.decide(promoted, new VersionsInput.Deploy(FIRST), LATER))
                .isEqualTo(Decision.unchanged(promoted));
    }

    @Test
    void aStartWithOtherDocumentsPromotesThem() {
        var decision = VersionsState.decide(deployed(FIRST), new VersionsInput.Deploy(SECOND), LATER);

        assertThat(decision.state().live()).isEqualTo(SECOND.version().digest());
        assertThat(decision.state().deployed()).isEqualTo(SECOND.version().digest());
        assertThat(decision.state().since()).isEqualTo(LATER);
    }

    @Test
    void aStartWithWhatWasPromotedBeforeChangesOnlyWhatWasDeployed() {
        var promoted = VersionsState.decide(deployed(FIRST), promote(SECOND, "bea"), NOON)
                .state();

        var decision = VersionsState.decide(promoted, new VersionsInput.Deploy(SECOND), LATER);

        assertThat(decision.events()).isEmpty();
        assertThat(decision.state().deployed()).isEqualTo(SECOND.version().digest());
        assertThat(decision.state().by()).isEqualTo("bea");
        assertThat(decision.state().since()).isEqualTo(NOON);
    }

    @Test
    void aPromotionTellsWhatChangesAndNothingElse() {
        var decision = VersionsState.decide(deployed(FIRST), promote(SECOND, "bea"), LATER);

        assertThat(told(decision)).hasSize(2);
        assertThat(told(decision))
                .first()
                .isInstanceOfSatisfying(
                        GovernanceEvent.BudgetSet.class,
                        budget -> assertThat(budget.limit()).isEqualTo(Money.usd("200")));
        assertThat(told(decision)).last().isInstanceOfSatisfying(GovernanceEvent.Promoted.class, promoted -> {
            assertThat(promoted.before()).isEqualTo(FIRST.version().digest());
            assertThat(promoted.by()).isEqualTo("bea");
            assertThat(promoted.reason()).isEqualTo("agreed");
        });
    }

    @Test
    void whoProposedAVersionDoesNotPromoteItHoweverTheNameIsWritten() {
        var state = deployed(FIRST);

        for (var by : List.of("ana", " ANA ")) {
            assertThat(VersionsState.objection(state, promote(SECOND, by)))
                    .get()
                    .extracting(Objection::code)
                    .isEqualTo("own-proposal");
            assertThat(VersionsState.decide(state, promote(SECOND, by), LATER)).isEqualTo(Decision.unchanged(state));
        }
        var open = new VersionsInput.Promote(SECOND, "anonymous", "anonymous", true, "alone here");
        assertThat(VersionsState.objection(state, open)).isEmpty();
    }

    @Test
    void whatIsLiveIsNotPromotedAgain() {
        var state = deployed(FIRST);

        assertThat(VersionsState.objection(state, promote(FIRST, "bea")))
                .get()
                .extracting(Objection::code)
                .isEqualTo("live-already");
        assertThat(VersionsState.decide(state, promote(FIRST, "bea"), LATER)).isEqualTo(Decision.unchanged(state));
    }

    @Test
    void aShadowLastsUntilItIsEndedReplacedOrPromoted() {
        var second = SECOND.version().digest();
        var shadow = VersionsState.decide(deployed(FIRST), new VersionsInput.Shadow(second, "ana", "trying"), NOON);

        assertThat(shadow.state().shadow()).isEqualTo(second);
        assertThat(shadow.state().live()).isEqualTo(FIRST.version().digest());
        assertThat(told(shadow)).containsExactly(new GovernanceEvent.Shadowed(second, "ana", "trying", NOON));
        assertThat(VersionsState.decide(shadow.state(), new VersionsInput.Shadow(second, "ana", "again"), LATER))
                .isEqualTo(Decision.unchanged(shadow.state()));

        var ended = VersionsState.decide(shadow.state(), new VersionsInput.Shadow(null, "ana", "enough"), LATER);
        assertThat(ended.state().shadow()).isNull();
        assertThat(ended.state().shadowSince()).isNull();

        var promoted = VersionsState.decide(shadow.state(), promote(SECOND, "bea"), LATER);
        assertThat(promoted.state().shadow()).isNull();
        assertThat(told(promoted)).contains(new GovernanceEvent.Shadowed(null, "bea", "agreed", LATER));
    }
}
