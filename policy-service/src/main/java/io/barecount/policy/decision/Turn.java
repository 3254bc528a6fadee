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
import io.barecount.policy.estimate.History;
import io.barecount.policy.evaluation.BuiltInRules;
import io.barecount.policy.evaluation.Exemptions;
import io.barecount.policy.evaluation.Judgement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One decision in the making: collects what is to be told. Used once. */
final class Turn {
    private final RunId run;
    private final RunSpec declared;
    private final Digest declaredDigest;
    private final Instant now;
    private final Governance governance;
    private final Accounts accounts;
    private final Held before;
    private final Question question;
    private final List<Outgoing> events = new ArrayList<>();

    /** Of a run that nothing is decided on. */
    Turn(
            ManifestEvent.Accepted accepted,
            Instant now,
            Governance governance,
            Accounts accounts,
            History history,
            Exemptions exemptions) {
        this(
                accepted.run(),
                accepted.spec(),
                null,
                governance,
                accounts,
                new Question(
                        accepted.spec().manifest(), accepted.door(), accepted.submitter(), now, history, exemptions));
    }

    /**
     * Of a run that waits: what was known of earlier runs when it came is what counts, or each run that ends would change the estimate. Of
     * exemptions those count that hold now, like rules.
     */
    Turn(Held held, Instant now, Governance governance, Accounts accounts, Exemptions exemptions) {
        this(
                held.run(),
                new RunSpec(
                        held.basis().manifest(),
                        held.asked().parameters(),
                        held.asked().payload(),
                        held.asked().signature()),
                held,
                governance,
                accounts,
                new Question(
                        held.basis().manifest(),
                        held.basis().door(),
                        held.basis().submitter(),
                        now,
                        held.basis().history(),
                        exemptions));
    }

    private Turn(
            RunId run, RunSpec declared, Held before, Governance governance, Accounts accounts, Question question) {
        this.run = run;
        this.declared = declared;
        this.declaredDigest = declared.digest();
        this.now = question.now();
        this.governance = governance;
        this.accounts = declared.manifest().spec() == null ? Accounts.NONE : accounts.paying(declared.manifest());
        this.before = before;
        this.question = question;
    }

    /** What is decided on: the declared spec, with the runner in its place that was chosen. */
    private record Resolved(RunSpec spec, Digest digest) {}

    private Resolved resolve(Judgement judgement) {
        var manifest = judgement.resolve(declared.manifest());
        if (manifest == declared.manifest()) {
            return new Resolved(declared, declaredDigest);
        }
        var spec = new RunSpec(manifest, declared.parameters(), declared.payload(), declared.signature());
        return new Resolved(spec, spec.digest());
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
                new Judgement(null, before.estimate(), findings, List.of(), null, before.choice()),
                before.policySet(),
                before.basis());
    }

    private Decision<DecisionState> conclude(List<Approval> given) {
        var judgement = governance.judge(question);
        var resolved = resolve(judgement);
        return switch (judgement.level()) {
            case DENY -> deny(judgement);
            case ADVISE -> permit(resolved, judgement, List.of());
            case APPROVE -> {
                var binding = new Binding(
                                resolved.digest(),
                                governance.rules().digest(),
                                judgement.boundary().digest(),
                                Digest.ofCanonical(judgement.estimate()),
                                judgement.exemptions())
                        .digest();
                var valid = given.stream()
                        .filter(approval -> approval.binding().equals(binding))
                        .toList();
                yield Approvals.enough(judgement.findings(), valid)
                        ? permit(resolved, judgement, valid)
                        : hold(resolved, judgement, binding, valid);
            }
        };
    }

    private Decision<DecisionState> hold(
            Resolved resolved, Judgement judgement, Digest binding, List<Approval> approvals) {
        var same = before != null && before.binding().equals(binding);
        var expiresAt = same ? before.expiresAt() : now.plus(Approvals.patience(judgement.findings()));
        if (!same) {
            tell(new DecisionEvent.Held(
                    run,
                    resolved.spec(),
                    judgement.boundary().boundary(),
                    judgement.estimate(),
                    governance.rules().digest(),
                    judgement.findings(),
                    binding,
                    expiresAt,
                    judgement.choice()));
        }
        return new Decision<>(
                new Held(
                        run,
                        declared.manifest().namespace(),
                        declared.manifest().name(),
                        resolved.digest(),
                        judgement.boundary().boundary().name(),
                        same ? before.at() : now,
                        governance.rules().digest(),
                        judgement.estimate(),
                        judgement.findings(),
                        basis(judgement),
                        resolved.spec(),
                        binding,
                        approvals,
                        expiresAt,
                        judgement.choice()),
                events);
    }

    private Decision<DecisionState> permit(Resolved resolved, Judgement judgement, List<Approval> approvals) {
        var most = judgement.estimate().high();
        var lacking = accounts.lacking(most);
        if (lacking.isPresent()) {
            return deny(judgement.with(BuiltInRules.overBudget(lacking.get(), most)));
        }
        var policySet = governance.rules().digest();
        var issued = governance
                .permits()
                .issue(
                        run,
                        resolved.spec(),
                        resolved.digest(),
                        declaredDigest,
                        policySet,
                        judgement,
                        approvals,
                        question.exemptions().firstEnd(judgement.exemptions()).orElse(null),
                        now);
        tell(new DecisionEvent.Permitted(
                run,
                resolved.spec(),
                judgement.boundary().boundary(),
                judgement.estimate(),
                policySet,
                judgement.findings(),
                issued.envelope(),
                judgement.choice()));
        return new Decision<>(
                new Permitted(
                        run,
                        declared.manifest().namespace(),
                        declared.manifest().name(),
                        resolved.digest(),
                        judgement.boundary().boundary().name(),
                        now,
                        policySet,
                        judgement.estimate(),
                        judgement.findings(),
                        issued.envelope(),
                        issued.permit().expiresAt(),
                        basis(judgement),
                        approvals,
                        accounts.reserve(most),
                        judgement.choice(),
                        null),
                events);
    }

    private Decision<DecisionState> deny(Judgement judgement) {
        return deny(judgement, governance.rules().digest(), basis(judgement));
    }

    /** @param basis of the judgement, which need not be of this moment: no rule was asked again where people had their say */
    private Decision<DecisionState> deny(Judgement judgement, Digest policySet, Basis basis) {
        var manifest = declared.manifest();
        var network = manifest.spec() == null ? null : manifest.spec().network();
        Estimate estimate = judgement.estimate();
        tell(new DecisionEvent.Denied(
                run, declared, estimate, policySet, judgement.findings(), judgement.suggestion(), judgement.choice()));
        return new Decision<>(
                new Denied(
                        run,
                        manifest.namespace(),
                        manifest.name(),
                        declaredDigest,
                        network == null ? null : network.boundary(),
                        now,
                        policySet,
                        estimate,
                        judgement.findings(),
                        judgement.suggestion(),
                        basis,
                        judgement.choice()),
                events);
    }

    private Basis basis(Judgement judgement) {
        return new Basis(
                question.manifest(),
                question.door(),
                question.submitter(),
                now,
                judgement.boundary() == null ? null : judgement.boundary().digest(),
                governance.prices().digest(),
                question.history(),
                question.exemptions());
    }

    private void tell(Object event) {
        events.add(Outgoing.about(run, declared.manifest().namespace(), event));
    }
}
