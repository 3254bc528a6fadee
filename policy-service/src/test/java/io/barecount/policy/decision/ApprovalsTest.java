package io.barecount.policy.decision;

import static io.barecount.policy.Samples.KEY;
import static io.barecount.policy.Samples.NOON;
import static io.barecount.policy.Samples.VALIDITY;
import static io.barecount.policy.Samples.accepted;
import static io.barecount.policy.Samples.draft;
import static io.barecount.policy.Samples.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.decision.ApprovalRule;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.governance.GovernanceEvent;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.proof.Digest;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.policy.Samples;
import io.barecount.policy.cel.CelRules;
import io.barecount.policy.decision.DecisionState.Held;
import io.barecount.policy.estimate.PriceBook;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.evaluation.Boundaries;
import io.barecount.policy.evaluation.BuiltInRules;
import io.barecount.policy.evaluation.PolicySet;
import io.barecount.policy.evaluation.Rule;
import io.barecount.policy.permit.Permits;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that wait for people: who counts, for what, and until when. */
class ApprovalsTest {
    private static final ApprovalRule TWO_STEWARDS =
            new ApprovalRule(List.of("data-steward", "governance"), 2, Duration.ofDays(2));
    private static final ApprovalRule ONE_OF_FINANCE = new ApprovalRule(List.of("finops"), 1, Duration.ofDays(5));
    private static final Governance GOVERNANCE = governance(rules(TWO_STEWARDS), Samples.SHIPPED.priceBook());
    private static final ManifestEvent.Accepted SUBMITTED = accepted(run("held"), draft().manifest());

    private static List<Rule> rules(ApprovalRule... approvals) {
        var rules = new ArrayList<Rule>();
        for (var i = 0; i < approvals.length; i++) {
            rules.add(rule("ask-people-" + i, Finding.Level.APPROVE, approvals[i]));
        }
        return rules;
    }

    private static Rule rule(String id, Finding.Level level, ApprovalRule approvals) {
        return new Rule(id, "ada", "r", level, null, "false", "/spec", "'because'", "'f'", "'a'", approvals);
    }

    private static Governance governance(List<Rule> rules, PriceBook book) {
        return governance(rules, book, Samples.SHIPPED.boundaries());
    }

    private static Governance governance(List<Rule> rules, PriceBook book, List<Boundary> boundaries) {
        return new Governance(
                CelRules.compile(List.of(new PolicySet("people", rules))),
                new Boundaries(boundaries),
                new Prices(book),
                new Permits(KEY, VALIDITY));
    }

    private static Held held() {
        return (Held) DecisionState.decide(null, new DecisionInput.Accepted(SUBMITTED), NOON, GOVERNANCE)
                .state();
    }

    private static Approver steward(String subject) {
        return new Approver(subject, List.of("data-steward"));
    }

    private static DecisionInput approve(DecisionState state, Approver approver) {
        return new DecisionInput.Approve(approver, ((Held) state).binding(), "looks right");
    }

    private static Decision<DecisionState> decide(DecisionState state, DecisionInput input) {
        return DecisionState.decide(state, input, NOON.plusSeconds(60), GOVERNANCE);
    }

    private static List<Object> told(Decision<?> decision) {
        return decision.events().stream().map(Outgoing::data).toList();
    }

    @Test
    void aRunThatPeopleHaveToApproveIsHeld() {
        var decision = DecisionState.decide(null, new DecisionInput.Accepted(SUBMITTED), NOON, GOVERNANCE);

        var state = (Held) decision.state();
        var event = (DecisionEvent.Held) told(decision).get(0);
        assertThat(decision.events()).hasSize(1);
        assertThat(event.binding()).isEqualTo(state.binding());
        assertThat(event.expiresAt()).isEqualTo(NOON.plus(Duration.ofDays(2)));
        assertThat(Json.read(Json.text(state, DecisionState.class), DecisionState.class))
                .isEqualTo(state);
    }

    @Test
    void theQuorumIsOfDifferentPeople() {
        var one = decide(held(), approve(held(), steward("bea")));
        var again = decide(one.state(), approve(one.state(), steward("Bea ")));
        var two = decide(one.state(), approve(one.state(), steward("cem")));

        assertThat(told(one)).singleElement().isInstanceOf(GovernanceEvent.Approved.class);
        assertThat(again).isEqualTo(Decision.unchanged(one.state()));
        assertThat(Approvals.objection(one.state(), steward("Bea "), held().binding()))
                .hasValueSatisfying(why -> assertThat(why.code()).isEqualTo("approved-already"));
        assertThat(two.state()).isInstanceOf(DecisionState.Permitted.class);
        assertThat(told(two).get(0)).isInstanceOf(GovernanceEvent.Approved.class);
        var permitted = (DecisionEvent.Permitted) told(two).get(1);
        var permit = permitted
                .permit()
                .verify(List.of(KEY.verifyingKey()))
                .predicate(Permit.PREDICATE_TYPE, Permit.class, permitted.spec().digest());
        assertThat(permit.approvals())
                .extracting(approval -> approval.by() + " of " + approval.binding())
                .containsExactly("bea of " + held().binding(), "cem of " + held().binding());
    }

    @Test
    void theSubmitterNeverCountsWhateverTheSpellingAndTheRoles() {
        for (var subject : List.of("ada", "ADA", " ada ", "Ada\t")) {
            var self = new Approver(subject, List.of("data-steward", "governance", "operator"));

            assertThat(decide(held(), approve(held(), self))).isEqualTo(Decision.unchanged(held()));
            assertThat(Approvals.objection(held(), self, held().binding())).hasValueSatisfying(why -> {
                assertThat(why.code()).isEqualTo("own-submission");
                assertThat(why.kind()).isEqualTo(Objection.Kind.FORBIDDEN);
            });
            assertThat(decide(held(), new DecisionInput.Refuse(self, "no"))).isEqualTo(Decision.unchanged(held()));
        }
    }

    @Test
    void whoHasNoneOfTheRolesHasNoSay() {
        for (var approver :
                List.of(new Approver("dan", List.of("developer")), new Approver("", List.of("governance")))) {
            assertThat(decide(held(), approve(held(), approver))).isEqualTo(Decision.unchanged(held()));
            assertThat(decide(held(), new DecisionInput.Refuse(approver, "no"))).isEqualTo(Decision.unchanged(held()));
        }
    }

    @Test
    void anApprovalOfSomethingElseIsNone() {
        var stale = new DecisionInput.Approve(steward("bea"), Digest.of("what bea saw"), "fine");

        assertThat(decide(held(), stale)).isEqualTo(Decision.unchanged(held()));
        assertThat(Approvals.objection(held(), steward("bea"), stale.binding()))
                .hasValueSatisfying(why -> assertThat(why.code()).isEqualTo("approval-of-something-else"));
    }

    /** Whatever it is that changes: policies, boundary, or prices and with them the estimate. */
    @Test
    void whatChangesMakesApprovalsVoid() {
        var half = decide(held(), approve(held(), steward("bea"))).state();
        var others = new ArrayList<>(rules(TWO_STEWARDS));
        others.add(rule("more", Finding.Level.ADVISE, null));
        var book = Samples.SHIPPED.priceBook();
        var dearer = new PriceBook(
                book.name(),
                book.date(),
                book.currency(),
                book.items().stream()
                        .map(item -> new PriceBook.Item(
                                item.item(),
                                item.price().multiply(BigDecimal.TEN),
                                item.source(),
                                item.date(),
                                item.minimum()))
                        .toList());
        var moved = Samples.SHIPPED.boundaries().stream()
                .map(boundary -> new Boundary(
                        boundary.name(),
                        boundary.model(),
                        boundary.region(),
                        boundary.vpc(),
                        boundary.subnets(),
                        boundary.securityGroups(),
                        boundary.endpoints(),
                        new Boundary.Egress(List.of("elsewhere.example.com:443")),
                        boundary.allowedRunners(),
                        boundary.owner()))
                .toList();

        for (var changed : List.of(
                governance(others, book),
                governance(rules(TWO_STEWARDS), dearer),
                governance(rules(TWO_STEWARDS), book, moved))) {
            var second = DecisionState.decide(half, approve(half, steward("cem")), NOON.plusSeconds(90), changed);

            var again = (Held) second.state();
            assertThat(again.approvals()).isEmpty();
            assertThat(again.binding()).isNotEqualTo(held().binding());
            assertThat(told(second).get(1)).isInstanceOf(DecisionEvent.Held.class);
            var third = DecisionState.decide(again, approve(again, steward("cem")), NOON.plusSeconds(99), changed);
            assertThat(((Held) third.state()).approvals()).hasSize(1);
        }
    }

    @Test
    void whatIsForbiddenByNowIsDeniedHoweverManyApprove() {
        var stricter = new ArrayList<>(rules(TWO_STEWARDS));
        stricter.add(rule("never", Finding.Level.DENY, null));
        var half = decide(held(), approve(held(), steward("bea"))).state();

        var decision = DecisionState.decide(
                half,
                approve(half, steward("cem")),
                NOON.plusSeconds(90),
                governance(stricter, Samples.SHIPPED.priceBook()));

        assertThat(decision.state()).isInstanceOf(DecisionState.Denied.class);
    }

    @Test
    void everyRuleWantsItsOwnQuorum() {
        var governance = governance(rules(TWO_STEWARDS, ONE_OF_FINANCE), Samples.SHIPPED.priceBook());
        DecisionState state = DecisionState.decide(null, new DecisionInput.Accepted(SUBMITTED), NOON, governance)
                .state();

        for (var approver : List.of(steward("bea"), steward("cem"))) {
            state = DecisionState.decide(state, approve(state, approver), NOON, governance)
                    .state();
            assertThat(state).isInstanceOf(Held.class);
        }

        state = DecisionState.decide(state, approve(state, new Approver("fay", List.of("finops"))), NOON, governance)
                .state();
        assertThat(state).isInstanceOf(DecisionState.Permitted.class);
    }

    @Test
    void oneNoIsEnoughAndFinal() {
        var refused = decide(held(), new DecisionInput.Refuse(steward("bea"), "wrong cost centre"));

        assertThat(told(refused).get(0)).isInstanceOf(GovernanceEvent.Refused.class);
        var denied = (DecisionEvent.Denied) told(refused).get(1);
        assertThat(denied.findings().get(0).rule()).isEqualTo(BuiltInRules.APPROVED);
        assertThat(denied.findings().get(0).message()).contains("bea", "wrong cost centre");
        assertThat(Approvals.objection(refused.state(), steward("cem"), held().binding()))
                .hasValueSatisfying(why -> assertThat(why.code()).isEqualTo("not-held"));
    }

    @Test
    void theWaitEnds() {
        var due = new DecisionInput.Due();

        var early = DecisionState.decide(held(), due, held().expiresAt().minusNanos(1), GOVERNANCE);
        var late = DecisionState.decide(held(), due, held().expiresAt(), GOVERNANCE);

        assertThat(early).isEqualTo(Decision.unchanged(held()));
        assertThat(late.state()).isInstanceOf(DecisionState.Denied.class);
        assertThat(((DecisionEvent.Denied) told(late).get(0)).findings().get(0).message())
                .contains("waits no longer");
    }

    @Test
    void aPermitIsRevokedOnce() {
        var permitted = DecisionState.decide(null, new DecisionInput.Accepted(SUBMITTED), NOON, Samples.shipped())
                .state();
        var revoke = new DecisionInput.Revoke("gus", "the source is not ours");

        var revoked = decide(permitted, revoke);
        var again = decide(revoked.state(), revoke);

        assertThat(told(revoked))
                .extracting(Object::getClass)
                .isEqualTo(List.of(GovernanceEvent.Revoked.class, DecisionEvent.Revoked.class));
        assertThat(again).isEqualTo(Decision.unchanged(revoked.state()));
        assertThat(Json.read(Json.text(revoked.state(), DecisionState.class), DecisionState.class))
                .isEqualTo(revoked.state());
    }

    /** Any history of says: a permit comes only with the quorum of different people, none of them the submitter. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void noHistoryPermitsWithoutTheQuorum(long seed) {
        var random = new SplittableRandom(seed);
        var people = List.of("ada", "ADA", "bea", "cem", "dan", "");
        var roles =
                List.of(List.of("data-steward"), List.of("developer"), List.of("governance", "x"), List.<String>of());
        for (var i = 0; i < 200; i++) {
            DecisionState state = held();
            Instant now = NOON;
            for (var step = 0; step < 12; step++) {
                now = now.plusSeconds(random.nextInt(40_000));
                var approver = new Approver(
                        people.get(random.nextInt(people.size())), roles.get(random.nextInt(roles.size())));
                DecisionInput input = switch (random.nextInt(10)) {
                    case 0 -> new DecisionInput.Refuse(approver, null);
                    case 1 -> new DecisionInput.Due();
                    case 2 -> new DecisionInput.Accepted(SUBMITTED);
                    case 3 -> new DecisionInput.Approve(approver, Digest.of("old"), null);
                    default -> new DecisionInput.Approve(approver, held().binding(), null);
                };
                state = DecisionState.decide(state, input, now, GOVERNANCE).state();
                if (state instanceof DecisionState.Permitted permitted) {
                    var counted = new HashSet<String>();
                    permitted.approvals().forEach(approval -> counted.add(Approver.plain(approval.by())));
                    assertThat(counted).hasSizeGreaterThanOrEqualTo(2).doesNotContain("ada", "");
                }
            }
        }
    }
}
