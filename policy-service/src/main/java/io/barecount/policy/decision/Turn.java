package io.barecount.policy.decision;

import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Approval;
import io.barecount.contracts.decision.Binding;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.governance.GovernanceEvent;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Digest;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import io.barecount.policy.budget.Accounts;
import io.barecount.policy.decision.DecisionState.Denied;
import io.barecount.policy.decision.DecisionState.Held;
import io.barecount.policy.decision.DecisionState.Permitted;
import io.barecount.policy.evaluation.BuiltInRules;
import io.barecount.policy.evaluation.Judgement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One decision in the making: collects what is to be told. Used once. */
final class Turn {
    private final RunId run;
    private final RunSpec spec;
    private final Digest specDigest;
    private final Instant now;
    private final Governance governance;
    private final Accounts accounts;
    private final Held before;
    private final Question question;
    private final List<Outgoing> events = new ArrayList<>();

    /** Of a run that nothing is decided on. */
    Turn(ManifestEvent.Accepted accepted, Instant now, Governance governance, Accounts accounts) {
        this.run = accepted.run();
        this.spec = accepted.spec();
        this.specDigest = spec.digest();
        this.now = now;
        this.governance = governance;
        this.accounts = spec.manifest().spec() == null ? Accounts.NONE : accounts.paying(spec.manifest());
        this.before = null;
        this.question = new Question(spec.manifest(), accepted.door(), accepted.submitter(), now);
    }

    /** Of a run that waits. */
    Turn(Held held, Instant now, Governance governance, Accounts accounts) {
        this.run = held.run();
        this.spec = held.asked();
        this.specDigest = held.spec();
        this.now = now;
        this.governance = governance;
        this.accounts = spec.manifest().spec() == null ? Accounts.NONE : accounts.paying(spec.manifest());
        this.before = held;
        this.question =
                new Question(spec.manifest(), held.basis().door(), held.basis().submitter(), now);
    }

    Decision<DecisionState> decide() {
        return conclude(List.of());
    }

    /** Judges again: what has changed since the approver looked makes the approval void, and the run is decided as it is now. */
    Decision<DecisionState> approve(DecisionInput.Approve approve) {
        var approver = approve.approver();
        var approval = new Approval(approver.subject(), approver.roles(), approve.reason(), before.binding(), now);
        tell(new GovernanceEvent.Approved(run, before.namespace(), approval));
        var approvals = new ArrayList<>(before.approvals());
        approvals.add(approval);
        return conclude(approvals);
    }

    Decision<DecisionState> refuse(DecisionInput.Refuse refuse) {
        var by = refuse.approver().subject();
        tell(new GovernanceEvent.Refused(run, before.namespace(), by, refuse.reason(), now));
        return end(BuiltInRules.refused(by, refuse.reason(), Approvals.roles(before)));
    }

    Decision<DecisionState> expire() {
        return end(BuiltInRules.expired(before.expiresAt(), before.approvals().size(), Approvals.roles(before)));
    }

    private Decision<DecisionState> end(Finding why) {
        var findings = new ArrayList<Finding>();
        findings.add(why);
        findings.addAll(before.findings());
        return deny(
                new Judgement(null, before.estimate(), findings, List.of(), null), before.policySet(), before.basis());
    }

    private Decision<DecisionState> conclude(List<Approval> given) {
        var judgement = governance.judge(question);
        return switch (judgement.level()) {
            case DENY -> deny(judgement);
            case ADVISE -> permit(judgement, List.of());
            case APPROVE -> {
                var binding = new Binding(
                                specDigest,
                                governance.rules().digest(),
                                judgement.boundary().digest(),
                                Digest.ofCanonical(judgement.estimate()))
                        .digest();
                var valid = given.stream()
                        .filter(approval -> approval.binding().equals(binding))
                        .toList();
                yield Approvals.enough(judgement.findings(), valid)
                        ? permit(judgement, valid)
                        : hold(judgement, binding, valid);
            }
        };
    }

    private Decision<DecisionState> hold(Judgement judgement, Digest binding, List<Approval> approvals) {
        var same = before != null && before.binding().equals(binding);
        var expiresAt = same ? before.expiresAt() : now.plus(Approvals.patience(judgement.findings()));
        if (!same) {
            tell(new DecisionEvent.Held(
                    run,
                    spec,
                    judgement.boundary().boundary(),
                    judgement.estimate(),
                    governance.rules().digest(),
                    judgement.findings(),
                    binding,
                    expiresAt));
        }
        return new Decision<>(
                new Held(
                        run,
                        spec.manifest().namespace(),
                        spec.manifest().name(),
                        specDigest,
                        judgement.boundary().boundary().name(),
                        same ? before.at() : now,
                        governance.rules().digest(),
                        judgement.estimate(),
                        judgement.findings(),
                        basis(judgement),
                        spec,
                        binding,
                        approvals,
                        expiresAt),
                events);
    }

    private Decision<DecisionState> permit(Judgement judgement, List<Approval> approvals) {
        var most = judgement.estimate().high();
        var lacking = accounts.lacking(most);
        if (lacking.isPresent()) {
            return deny(judgement.with(BuiltInRules.overBudget(lacking.get(), most)));
        }
        var policySet = governance.rules().digest();
        var issued = governance.permits().issue(run, spec, specDigest, policySet, judgement, approvals, now);
        tell(new DecisionEvent.Permitted(
                run,
                spec,
                judgement.boundary().boundary(),
                judgement.estimate(),
                policySet,
                judgement.findings(),
                issued.envelope()));
        return new Decision<>(
                new Permitted(
                        run,
                        spec.manifest().namespace(),
                        spec.manifest().name(),
                        specDigest,
                        judgement.boundary().boundary().name(),
                        now,
                        policySet,
                        judgement.estimate(),
                        judgement.findings(),
                        issued.envelope(),
                        issued.permit().expiresAt(),
                        basis(judgement),
                        approvals,
                        accounts.reserve(most)),
                events);
    }

    private Decision<DecisionState> deny(Judgement judgement) {
        return deny(judgement, governance.rules().digest(), basis(judgement));
    }

    /** @param basis of the judgement, which need not be of this moment: no rule was asked again where people had their say */
    private Decision<DecisionState> deny(Judgement judgement, Digest policySet, Basis basis) {
        var manifest = spec.manifest();
        var network = manifest.spec() == null ? null : manifest.spec().network();
        Estimate estimate = judgement.estimate();
        tell(new DecisionEvent.Denied(run, spec, estimate, policySet, judgement.findings(), judgement.suggestion()));
        return new Decision<>(
                new Denied(
                        run,
                        manifest.namespace(),
                        manifest.name(),
                        specDigest,
                        network == null ? null : network.boundary(),
                        now,
                        policySet,
                        estimate,
                        judgement.findings(),
                        judgement.suggestion(),
                        basis),
                events);
    }

    private Basis basis(Judgement judgement) {
        return new Basis(
                question.manifest(),
                question.door(),
                question.submitter(),
                now,
                judgement.boundary() == null ? null : judgement.boundary().digest(),
                governance.prices().digest());
    }

    private void tell(Object event) {
        events.add(Outgoing.about(run, spec.manifest().namespace(), event));
    }
}
