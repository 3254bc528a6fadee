package io.barecount.policy.store;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Exemption;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.policy.decision.Use;
import io.barecount.policy.evaluation.Exemptions;
import io.barecount.policy.evaluation.InForce;
import io.barecount.policy.exemption.ExemptionState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which exemptions hold, and what was used of them. What a decision reads and adds is inside of its transaction. */
@ApplicationScoped
public class ExemptionStore {
    private final EntityManager entities;
    private final Turns turns;
    private final TransactionSynchronizationRegistry transactions;

    ExemptionStore(EntityManager entities, Turns turns, TransactionSynchronizationRegistry transactions) {
        this.entities = entities;
        this.turns = turns;
        this.transactions = transactions;
    }

    /** @param run whose permit hangs on {@code exemption}, which was revoked */
    public record Hanging(String run, String exemption) {}

    /** Granted ones of one namespace, read once in a transaction: in another one there may be others. */
    private record Read(Map<String, List<Exemption>> byNamespace) {}

    /** For a decision on this manifest. Where any hold, decisions take turns from here on, as a ceiling is kept over all of them. */
    public Exemptions lock(Manifest manifest, Instant now) {
        var covering = covering(manifest, now);
        if (covering.isEmpty()) {
            return Exemptions.NONE;
        }
        turns.take();
        return withUses(covering);
    }

    /** As they stand: for a check, which uses nothing. Has to be within a transaction, too. */
    public Exemptions read(Manifest manifest, Instant now) {
        return withUses(covering(manifest, now));
    }

    private List<Exemption> covering(Manifest manifest, Instant now) {
        return granted(manifest.namespace()).stream()
                .filter(exemption -> exemption.covers(manifest.namespace(), manifest.name(), now))
                .toList();
    }

    private List<Exemption> granted(String namespace) {
        var read = (Read) transactions.getResource(ExemptionStore.class);
        if (read == null) {
            read = new Read(new HashMap<>());
            transactions.putResource(ExemptionStore.class, read);
        }
        return read.byNamespace().computeIfAbsent(namespace, this::select);
    }

    @SuppressWarnings("unchecked")
    private List<Exemption> select(String namespace) {
        List<String> states = entities.createNativeQuery(
                        "select cast(state as text) from exemptions"
                                + " where namespace = :namespace and standing = 'granted'",
                        String.class)
                .setParameter("namespace", namespace)
                .getResultList();
        return states.stream()
                .map(state -> Json.read(state, ExemptionState.class).exemption())
                .toList();
    }

    private Exemptions withUses(List<Exemption> covering) {
        var uses = uses(covering.stream().map(Exemption::id).toList());
        return new Exemptions(covering.stream()
                .map(exemption -> {
                    var used = uses.getOrDefault(exemption.id(), Uses.NONE);
                    return new InForce(exemption, used.runs(), used.cost());
                })
                .toList());
    }

    /**
     * What was used of an exemption.
     *
     * @param first when a run was first permitted by it, {@code last} when one lastly was; null for never
     */
    public record Uses(long runs, List<Money> cost, Instant first, Instant last) {
        public static final Uses NONE = new Uses(0, List.of(), null, null);

        public Uses {
            cost = List.copyOf(cost);
        }

        private Uses plus(Uses other) {
            var all = new ArrayList<>(cost);
            all.addAll(other.cost());
            return new Uses(
                    runs + other.runs(),
                    all,
                    first.isBefore(other.first()) ? first : other.first(),
                    last.isAfter(other.last()) ? last : other.last());
        }
    }

    /** By the ids of those that were ever used. */
    @Transactional
    @SuppressWarnings("unchecked")
    public Map<String, Uses> uses(List<String> exemptions) {
        List<Object[]> rows = exemptions.isEmpty()
                ? List.of()
                : entities.createNativeQuery(
                                "select exemption, runs, cost, currency, first_used, last_used from exemption_uses"
                                        + " where exemption = any (:ids) order by exemption, currency",
                                Object[].class)
                        .setParameter("ids", exemptions.toArray(String[]::new))
                        .getResultList();
        var uses = new HashMap<String, Uses>();
        for (var row : rows) {
            uses.merge(
                    (String) row[0],
                    new Uses(
                            ((Number) row[1]).longValue(),
                            List.of(new Money((BigDecimal) row[2], (String) row[3])),
                            (Instant) row[4],
                            (Instant) row[5]),
                    Uses::plus);
        }
        return uses;
    }

    /** What a decision has changed of a run's use; either is null for none. */
    public void post(Use before, Use after, Instant now) {
        if (after == null || after.equals(before)) {
            return;
        }
        turns.take();
        for (var exemption : after.exemptions()) {
            add(
                    exemption,
                    before == null ? 1 : 0,
                    before == null
                            ? after.cost()
                            : after.cost().plus(before.cost().negated()),
                    now);
        }
    }

    private void add(String exemption, int runs, Money cost, Instant now) {
        entities.createNativeQuery("insert into exemption_uses as used"
                        + " (exemption, currency, runs, cost, first_used, last_used)"
                        + " values (:exemption, :currency, :runs, :cost, :now, :now)"
                        + " on conflict (exemption, currency) do update set runs = used.runs + excluded.runs,"
                        + " cost = used.cost + excluded.cost, last_used ="
                        + " case when excluded.runs > 0 then excluded.last_used else used.last_used end")
                .setParameter("exemption", exemption)
                .setParameter("currency", cost.currency())
                .setParameter("runs", runs)
                .setParameter("cost", cost.amount())
                .setParameter("now", now)
                .executeUpdate();
    }

    /**
     * Permits that hang on one exemption alone.
     *
     * @param permits how many were given
     * @param goingOn how many of their runs have not ended
     */
    public record Alone(String exemption, long permits, long goingOn, Instant last) {}

    /** Of decisions since then, most permits first. */
    @Transactional
    @SuppressWarnings("unchecked")
    public List<Alone> permitsOnOne(Instant since, int most) {
        List<Object[]> rows = entities.createNativeQuery(
                        "select exemptions[1], count(*), count(*) filter (where ended_at is null), max(decided_at)"
                                + " from decisions where exemptions <> '{}' and decided_at >= :since"
                                + " and outcome = 'permitted' and cardinality(exemptions) = 1"
                                + " group by exemptions[1] order by count(*) desc, exemptions[1] limit " + most,
                        Object[].class)
                .setParameter("since", since)
                .getResultList();
        return rows.stream()
                .map(row -> new Alone(
                        (String) row[0], ((Number) row[1]).longValue(), ((Number) row[2]).longValue(), (Instant)
                                row[3]))
                .toList();
    }

    /** Runs that go on by a permit which hangs on a revoked exemption; each with one of these. */
    @SuppressWarnings("unchecked")
    public List<Hanging> onRevoked(int most) {
        List<Object[]> rows = entities.createNativeQuery(
                        "select decisions.id, min(exemptions.id) from decisions join exemptions"
                                + " on exemptions.id = any (decisions.exemptions) and exemptions.standing = 'revoked'"
                                + " where decisions.exemptions <> '{}' and decisions.outcome = 'permitted'"
                                + " and decisions.ended_at is null group by decisions.id order by decisions.id limit "
                                + most,
                        Object[].class)
                .getResultList();
        return rows.stream()
                .map(row -> new Hanging((String) row[0], (String) row[1]))
                .toList();
    }
}
