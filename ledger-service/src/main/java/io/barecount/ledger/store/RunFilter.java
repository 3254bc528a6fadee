package io.barecount.ledger.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Which audit records are asked for; null asks for any.
 *
 * @param namespaces only theirs; empty for all
 * @param outcome the run's state, such as {@code succeeded}
 * @param person who submitted it
 * @param runner its type, such as {@code glue}
 * @param policy the digest of a policy set, or the id of a rule that spoke
 * @param from when it was submitted at the earliest, {@code until} before when
 */
public record RunFilter(
        Optional<Set<String>> namespaces,
        String pipeline,
        String outcome,
        String person,
        String runner,
        String boundary,
        String policy,
        String costCenter,
        Instant from,
        Instant until) {
    public static final RunFilter ALL =
            new RunFilter(Optional.empty(), null, null, null, null, null, null, null, null, null);

    /** The record after which a list goes on. */
    public record After(Instant submittedAt, UUID run) {}

    /** A condition in JPQL with its values. */
    record Where(String text, Map<String, Object> values) {}

    Where where(After after) {
        var conditions = new ArrayList<String>();
        var values = new HashMap<String, Object>();
        namespaces.ifPresent(names -> {
            conditions.add("namespace in :namespaces");
            values.put("namespaces", names);
        });
        equal("pipeline", pipeline, conditions, values);
        equal("state", outcome, conditions, values);
        equal("submitter", person, conditions, values);
        equal("runner", runner, conditions, values);
        equal("boundary", boundary, conditions, values);
        equal("costCenter", costCenter, conditions, values);
        if (policy != null && policy.startsWith("sha256:")) {
            equal("policySet", policy, conditions, values);
        } else if (policy != null) {
            conditions.add("array_intersects(rules, :rules)");
            values.put("rules", new String[] {"advise:" + policy, "deny:" + policy});
        }
        time("submittedAt >= :from", "from", from, conditions, values);
        time("submittedAt < :until", "until", until, conditions, values);
        if (after != null) {
            conditions.add("submittedAt <= :after and (submittedAt < :after or run > :run)");
            values.put("after", after.submittedAt());
            values.put("run", after.run());
        }
        return new Where(conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions), values);
    }

    private static void equal(String column, String value, List<String> conditions, Map<String, Object> values) {
        if (value != null) {
            conditions.add(column + " = :" + column);
            values.put(column, value);
        }
    }

    private static void time(
            String condition, String name, Instant value, List<String> conditions, Map<String, Object> values) {
        if (value != null) {
            conditions.add(condition);
            values.put(name, value);
        }
    }
}
