package io.barecount.policy.version;

import io.barecount.contracts.proof.Digest;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.version.GoverningDocument.Kind;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One whole governance, by the digests of its documents. Whoever reads the same documents makes the same version of them.
 *
 * @param policySet over all policy sets, as permits name it
 * @param boundaries by name
 * @param budgets by name
 */
public record Version(
        Digest policySet, SortedMap<String, Digest> boundaries, Digest priceBook, SortedMap<String, Digest> budgets) {
    public Version {
        boundaries = sorted(boundaries);
        budgets = sorted(budgets);
    }

    public static Version of(Governance governance) {
        var byName = new EnumMap<Kind, SortedMap<String, Digest>>(Kind.class);
        Arrays.stream(Kind.values()).forEach(kind -> byName.put(kind, new TreeMap<>()));
        GoverningDocument.of(governance)
                .forEach(document -> byName.get(document.kind()).put(document.name(), document.digest()));
        return new Version(
                governance.rules().digest(),
                byName.get(Kind.BOUNDARY),
                governance.prices().digest(),
                byName.get(Kind.BUDGET));
    }

    private static SortedMap<String, Digest> sorted(Map<String, Digest> byName) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(byName));
    }

    /** What it is called. */
    public Digest digest() {
        return Digest.ofCanonical(this);
    }
}
