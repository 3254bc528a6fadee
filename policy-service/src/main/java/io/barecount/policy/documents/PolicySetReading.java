package io.barecount.policy.documents;

import io.barecount.access.Role;
import io.barecount.contracts.decision.ApprovalRule;
import io.barecount.contracts.decision.Finding;
import io.barecount.policy.documents.Documents.CaseDocument;
import io.barecount.policy.documents.Documents.Outcome;
import io.barecount.policy.documents.Documents.PolicySetDocument;
import io.barecount.policy.documents.Documents.RuleDocument;
import io.barecount.policy.evaluation.PolicySet;
import io.barecount.policy.evaluation.Rule;
import io.barecount.policy.evaluation.RuleCase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One policy set, with the cases beside its rules. */
final class PolicySetReading {
    private static final String POINTER = "(/[^/]+)+";
    private static final String GLOB = "[a-z0-9*]([a-z0-9*-]*[a-z0-9*])?";

    private final Flaws flaws;
    private final PolicySet set;
    private final List<RuleCase> cases = new ArrayList<>();

    PolicySetReading(PolicySetDocument document, Flaws flaws) {
        this.flaws = flaws;
        var spec = document.spec();
        var mandatory = Boolean.TRUE.equals(spec.mandatory());
        namespaces(spec.namespaces(), mandatory);
        var bases = new CaseBases(spec.bases(), flaws);
        var rules = new ArrayList<Rule>();
        for (var i = 0; i < spec.rules().size(); i++) {
            var rule = spec.rules().get(i);
            var pointer = "/spec/rules/" + i;
            if (!rule.path().matches(POINTER)) {
                flaws.add(
                        pointer + "/path", "a JSON pointer such as /spec/runner/type is wanted, found " + rule.path());
            }
            rules.add(new Rule(
                    rule.id(),
                    rule.owner(),
                    rule.rationale().strip(),
                    rule.level(),
                    rule.match(),
                    rule.condition(),
                    rule.path(),
                    rule.message(),
                    rule.found(),
                    rule.allowed(),
                    approvals(rule, pointer),
                    Boolean.FALSE.equals(rule.exemptible()) ? false : null));
            cases(rule, pointer, bases);
        }
        if (rules.isEmpty()) {
            flaws.add("/spec/rules", "a policy set has rules, found none");
        }
        set = new PolicySet(document.metadata().name(), spec.namespaces(), mandatory ? true : null, rules);
    }

    PolicySet set() {
        return set;
    }

    List<RuleCase> cases() {
        return cases;
    }

    private void namespaces(List<String> namespaces, boolean mandatory) {
        if (namespaces == null) {
            return;
        }
        if (mandatory) {
            flaws.add(
                    "/spec/namespaces",
                    "found " + namespaces + ", but a mandatory set holds in all namespaces: leave out one of the two");
        }
        if (namespaces.isEmpty()) {
            flaws.add("/spec/namespaces", "found none, so the set would never hold: leave it out for all namespaces");
        }
        for (var i = 0; i < namespaces.size(); i++) {
            if (!namespaces.get(i).matches(GLOB)) {
                flaws.add(
                        "/spec/namespaces/" + i,
                        "found " + namespaces.get(i)
                                + ", allowed are lower-case letters, digits, hyphens, and * for any"
                                + " number of them, such as plant-*");
            }
        }
    }

    /** One person within a week, unless the rule says something else. */
    private ApprovalRule approvals(RuleDocument rule, String pointer) {
        var approvals = rule.approvals();
        if ((rule.level() == Finding.Level.APPROVE) != (approvals != null)) {
            flaws.add(
                    pointer + "/approvals",
                    approvals == null
                            ? "a rule of level approve names the roles of those who may approve"
                            : "nobody can approve what a rule of level "
                                    + rule.level().name().toLowerCase(Locale.ROOT) + " says: leave it out");
        }
        if (approvals == null) {
            return null;
        }
        var quorum = approvals.quorum() == null ? 1 : approvals.quorum();
        var expires = approvals.expires() == null ? Duration.ofDays(7) : approvals.expires();
        if (approvals.roles().isEmpty()) {
            flaws.add(pointer + "/approvals/roles", "at least one role is wanted, found none");
        }
        for (var i = 0; i < approvals.roles().size(); i++) {
            var role = Role.of(approvals.roles().get(i));
            if (role.isEmpty() || role.get() == Role.AGENT) {
                flaws.add(
                        pointer + "/approvals/roles/" + i,
                        "found " + approvals.roles().get(i) + ", which nobody can have, allowed are "
                                + Arrays.stream(Role.values())
                                        .filter(one -> one != Role.AGENT)
                                        .map(Role::text)
                                        .collect(Collectors.joining(", ")));
            }
        }
        if (quorum < 1) {
            flaws.add(pointer + "/approvals/quorum", "at least one person is wanted, found " + quorum);
        }
        if (expires.isZero() || expires.isNegative()) {
            flaws.add(pointer + "/approvals/expires", "a time such as P7D is wanted, found " + expires);
        }
        return new ApprovalRule(approvals.roles(), quorum, expires);
    }

    private void cases(RuleDocument rule, String pointer, CaseBases bases) {
        var tests = rule.tests() == null ? List.<CaseDocument>of() : rule.tests();
        var fire = count(tests, Outcome.FIRES);
        var others = tests.size() - fire;
        if (fire == 0 || others == 0) {
            flaws.add(
                    pointer + "/tests",
                    "rule " + rule.id() + " needs a case that fires and one that passes or is unmatched, found " + fire
                            + " that fire and " + others + " that do not");
        }
        var names = new HashSet<String>();
        for (var i = 0; i < tests.size(); i++) {
            var test = tests.get(i);
            var at = pointer + "/tests/" + i;
            if (!names.add(test.name())) {
                flaws.add(at + "/name", "rule " + rule.id() + " has a case of this name already");
            }
            var expected = expected(test, at);
            bases.facts(test, at)
                    .ifPresent(
                            facts -> cases.add(new RuleCase(flaws.place(at), rule.id(), test.name(), facts, expected)));
        }
    }

    private static long count(List<CaseDocument> tests, Outcome outcome) {
        return tests.stream().filter(test -> test.expect() == outcome).count();
    }

    private RuleCase.Expected expected(CaseDocument test, String pointer) {
        var whole = test.level() != null && test.found() != null && test.allowed() != null;
        var none = test.level() == null && test.found() == null && test.allowed() == null;
        if (test.expect() == Outcome.FIRES && !whole) {
            flaws.add(pointer, "a case that fires says at which level, and what is found and allowed");
        }
        if (test.expect() != Outcome.FIRES && !none) {
            flaws.add(pointer, "level, found and allowed are what a case fires with: this one does not");
        }
        return switch (test.expect()) {
            case FIRES -> new RuleCase.Fires(test.level(), test.found(), test.allowed());
            case PASSES -> new RuleCase.Passes();
            case UNMATCHED -> new RuleCase.Unmatched();
        };
    }
}
