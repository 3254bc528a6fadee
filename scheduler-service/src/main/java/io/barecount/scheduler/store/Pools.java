package io.barecount.scheduler.store;

import io.barecount.contracts.control.Scope;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.scheduler.admission.Limits;
import io.barecount.scheduler.pool.PoolInput;
import io.barecount.scheduler.pool.PoolState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;

/** Reads what pools have to do, and their desired capacity; only the pools' stage writes that. */
@ApplicationScoped
public class Pools {
    private final EntityManager entities;
    private final Rounds rounds;

    Pools(EntityManager entities, Rounds rounds) {
        this.entities = entities;
        this.rounds = rounds;
    }

    @Transactional
    public List<PoolState> all() {
        return PoolRow.<PoolRow>find("order by id").stream()
                .map(row -> Json.read(row.state, PoolState.class))
                .toList();
    }

    /** Of each pool in which anything is out, waits, or is still desired. */
    @Transactional
    public List<PoolInput> toDo(Instant now) {
        var limits = rounds.picture().admission().limits();
        var toDo = new HashMap<Scope, PoolInput>();
        PoolRow.<PoolRow>find("desired > 0").stream()
                .map(row -> Scope.parse(row.id))
                .forEach(pool -> toDo.put(pool, input(pool, limits, 0, 0, null)));
        limits.kept().forEach(pool -> toDo.put(pool, input(pool, limits, 0, 0, null)));
        @SuppressWarnings("unchecked")
        List<Object[]> rows = entities.createNativeQuery(
                        "select runner_type, boundary, sum(held), sum(wanted), min(arrived_at) filter (where wanted > 0)"
                                + " from runs where held > 0 or wanted > 0 group by runner_type, boundary",
                        Object[].class)
                .getResultList();
        for (var row : rows) {
            var pool = Scope.pool(RunnerType.valueOf((String) row[0]), (String) row[1]);
            var oldest = row[4] == null ? null : Duration.between((Instant) row[4], now);
            toDo.put(pool, input(pool, limits, ((Number) row[2]).intValue(), ((Number) row[3]).intValue(), oldest));
        }
        return List.copyOf(toDo.values());
    }

    private static PoolInput input(Scope pool, Limits limits, int out, int waiting, Duration oldest) {
        return new PoolInput(pool, out, waiting, oldest, limits.least(pool), limits.mostOfPool(pool));
    }
}
