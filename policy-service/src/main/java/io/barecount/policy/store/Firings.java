package io.barecount.policy.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** When rules spoke: rows that are only added, so that no decision waits for another one. */
@ApplicationScoped
public class Firings {
    private final EntityManager entities;

    Firings(EntityManager entities) {
        this.entities = entities;
    }

    /** In the transaction of the decision. */
    public void add(List<String> rules, String run, Instant now) {
        if (!rules.isEmpty()) {
            entities.createNativeQuery(
                            "insert into firings (rule, decided_at, run)"
                                    + " select rule, :now, :run from unnest(cast(:rules as text[])) as rule on conflict do nothing")
                    .setParameter("rules", rules.toArray(String[]::new))
                    .setParameter("run", run)
                    .setParameter("now", now)
                    .executeUpdate();
        }
    }

    /** Decisions of before are not looked at. */
    @Transactional
    public Instant countedSince() {
        return (Instant) entities.createNativeQuery("select since from firings_counted", Instant.class)
                .getSingleResult();
    }

    /** By rule, of these; what is not in it never spoke. */
    @Transactional
    public Map<String, Instant> last(List<String> rules) {
        return byRule(
                "select rule, decided_at from unnest(cast(:rules as text[])) as rule cross join lateral"
                        + " (select decided_at from firings where firings.rule = rule.rule"
                        + " order by decided_at desc limit 1) as last",
                rules);
    }

    /** When a policy set with each rule was first stored, by rule. */
    @Transactional
    public Map<String, Instant> firstStored(List<String> rules) {
        return byRule(
                "select rule, min(stored_at) from unnest(cast(:rules as text[])) as rule join documents"
                        + " on kind = 'policies' and position('\"id\":\"' || rule || '\"' in body) > 0 group by rule",
                rules);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Instant> byRule(String sql, List<String> rules) {
        List<Object[]> rows = entities.createNativeQuery(sql, Object[].class)
                .setParameter("rules", rules.toArray(String[]::new))
                .getResultList();
        var byRule = new HashMap<String, Instant>();
        rows.forEach(row -> byRule.put((String) row[0], (Instant) row[1]));
        return byRule;
    }
}
