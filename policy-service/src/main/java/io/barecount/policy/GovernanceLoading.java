package io.barecount.policy;

import io.barecount.contracts.proof.SigningKey;
import io.barecount.policy.cel.CelRules;
import io.barecount.policy.cel.RulesRefused;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.documents.DocumentFiles;
import io.barecount.policy.documents.DocumentsRefused;
import io.barecount.policy.documents.GovernanceDocuments;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.evaluation.Boundaries;
import io.barecount.policy.keys.PermitKey;
import io.barecount.policy.permit.Permits;
import java.util.ArrayList;
import java.util.List;

/** Fails closed: governance is there as a whole, or the service does not start. */
final class GovernanceLoading {
    private final PolicyConfig config;
    private final List<String> faults = new ArrayList<>();

    /** @param files that it was read from */
    record Loaded(DocumentFiles files, Governance governance) {}

    private GovernanceLoading(PolicyConfig config) {
        this.config = config;
    }

    /** @throws IllegalStateException with everything that is wrong, one fault a line */
    static Loaded load(PolicyConfig config) {
        return new GovernanceLoading(config).load();
    }

    /**
     * The one check of documents: what passes it can decide.
     *
     * @throws DocumentsRefused with everything that is wrong in any file
     */
    static Governance of(DocumentFiles files, Permits permits) {
        var documents = GovernanceDocuments.read(files);
        var rules = rules(documents);
        var failures = documents.cases().stream()
                .flatMap(one -> one.failure(rules).stream())
                .toList();
        if (!failures.isEmpty()) {
            throw new DocumentsRefused(failures);
        }
        return new Governance(
                rules,
                new Boundaries(documents.boundaries()),
                new Prices(documents.priceBook()),
                documents.budgets(),
                permits);
    }

    private static CelRules rules(GovernanceDocuments documents) {
        try {
            return CelRules.compile(documents.policySets());
        } catch (RulesRefused e) {
            throw new DocumentsRefused(e.faults().stream()
                    .map(fault -> documents.placeOf(fault.set(), fault.rule(), fault.field()) + ": " + fault)
                    .toList());
        }
    }

    private Loaded load() {
        var key = key();
        if (config.permitValidity().isZero() || config.permitValidity().isNegative()) {
            faults.add("barecount.policy.permit-validity: a time is wanted, found " + config.permitValidity());
        }
        var permits = faults.isEmpty() ? new Permits(key, config.permitValidity()) : null;
        var files = files();
        var governance = files == null ? null : governance(files, permits);
        if (!faults.isEmpty()) {
            throw new IllegalStateException(
                    "policy-service does not start, for without governance nothing may run:\n - "
                            + String.join("\n - ", faults));
        }
        return new Loaded(files, governance);
    }

    private SigningKey key() {
        if (config.permitKey().isEmpty()) {
            faults.add("barecount.policy.permit-key (BARECOUNT_POLICY_PERMIT_KEY) is not set:"
                    + " the path of a PEM file with an Ed25519 key is needed to sign permits");
            return null;
        }
        try {
            return PermitKey.read(config.permitKey().get());
        } catch (IllegalArgumentException e) {
            faults.add("barecount.policy.permit-key: " + e.getMessage());
            return null;
        }
    }

    private DocumentFiles files() {
        if (config.documents().isEmpty()) {
            faults.add("barecount.policy.documents (BARECOUNT_POLICY_DOCUMENTS) is not set:"
                    + " the directory with policies, boundaries and prices is needed");
            return null;
        }
        try {
            return DocumentFiles.in(config.documents().get());
        } catch (DocumentsRefused e) {
            faults.addAll(e.faults());
            return null;
        }
    }

    private Governance governance(DocumentFiles files, Permits permits) {
        try {
            return of(files, permits);
        } catch (DocumentsRefused e) {
            faults.addAll(e.faults());
            return null;
        }
    }
}
