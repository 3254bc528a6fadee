package io.barecount.policy.store;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.policy.estimate.Experience;
import io.barecount.policy.estimate.History;
import io.barecount.policy.estimate.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What pipelines' own runs took. Read again once it is some seconds old: what was used is kept with each decision, so that an older
 * answer is as good as a new one, and a crowd of runs asks the database once.
 */
@ApplicationScoped
public class Histories {
    private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int KNOWN_MAX = 10_000;

    private final EntityManager entities;
    private final Map<List<String>, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<String>, Known> eldest) {
            return size() > KNOWN_MAX;
        }
    };

    private record Known(History history, long at) {}

    Histories(EntityManager entities) {
        this.entities = entities;
    }

    /** Of the pipeline that this manifest is of; has to be within a transaction. */
    public History of(Manifest manifest) {
        var pipeline = List.of(manifest.namespace(), manifest.name());
        var now = System.nanoTime();
        synchronized (known) {
            var found = known.get(pipeline);
            if (found != null && now - found.at() < FRESH_NANOS) {
                return found.history();
            }
        }
        var history = read(manifest.namespace(), manifest.name());
        synchronized (known) {
            known.put(pipeline, new Known(history, now));
        }
        return history;
    }

    @SuppressWarnings("unchecked")
    private History read(String namespace, String pipeline) {
        List<Object[]> rows = entities.createNativeQuery(
                        "select type, task_nanos from unnest(cast(:types as text[])) as type cross join lateral"
                                + " (select task_nanos from decisions where namespace = :namespace"
                                + " and pipeline = :pipeline and runner = type and task_nanos is not null"
                                + " order by ended_at desc limit :most) as lately")
                .setParameter(
                        "types", RunnerType.executing().stream().map(Names::of).toArray(String[]::new))
                .setParameter("namespace", namespace)
                .setParameter("pipeline", pipeline)
                .setParameter("most", Experience.RUNS_MAX)
                .getResultList();
        var byType = new HashMap<String, List<Duration>>();
        rows.forEach(row -> byType.computeIfAbsent((String) row[0], type -> new ArrayList<>())
                .add(Duration.ofNanos(((Number) row[1]).longValue())));
        return new History(RunnerType.executing().stream()
                .flatMap(type -> Experience.of(type, byType.getOrDefault(Names.of(type), List.of())).stream())
                .toList());
    }
}
