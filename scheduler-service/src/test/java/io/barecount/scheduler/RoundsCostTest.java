package io.barecount.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.scheduler.store.Rounds;
import io.barecount.testing.BackingServices;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What a round costs while more and more runs wait, of a hundred pipelines, and a thousand have attempts out: {@code mvn verify -pl
 * scheduler-service -am -Dtest=RoundsCostTest -Dbarecount.rounds-cost=true}.
 */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@EnabledIfSystemProperty(named = "barecount.rounds-cost", matches = "true")
class RoundsCostTest {
    private static final int ROUNDS = 50;

    @Inject
    EntityManager entities;

    @Inject
    Rounds rounds;

    @Test
    void aRoundCostsTheSameHoweverManyRunsWait() {
        run("insert into controls (id, version, traceparent, state, updated_at, mode, reason, weight)"
                + " values ('namespace/waiting', 1, '', '{}', now(), 'PAUSED', 'to wait', 1)");
        insert("holding", 0, 1000, 1, 0);
        var there = 0;
        var first = 0.0;
        var last = 0.0;
        System.out.println("runs waiting  ms a round");
        for (var waiting : new int[] {1_000, 10_000, 100_000}) {
            insert("waiting", there, waiting, 0, 5);
            there = waiting;
            run("analyze runs");
            var began = 0L;
            for (var i = -ROUNDS; i < ROUNDS; i++) {
                began = i == 0 ? System.nanoTime() : began;
                QuarkusTransaction.requiringNew().run(() -> rounds.next(Instant.now()));
            }
            last = (System.nanoTime() - began) / 1e6 / ROUNDS;
            first = first == 0 ? last : first;
            System.out.printf(Locale.ROOT, "%-12d %10.2f%n", waiting, last);
        }
        assertThat(last).isLessThan(10 * first);
    }

    private void insert(String namespace, int from, int until, int held, int wanted) {
        run(
                "insert into runs (id, version, traceparent, state, updated_at, namespace, pipeline, status, arrived_at, summary,"
                        + " runner_type, boundary, held, wanted, rank, task_cost)"
                        + " select gen_random_uuid(), 1, '', '{}', now(), '" + namespace
                        + "', 'pipeline-' || i % 100, 'QUEUED', now(),"
                        + " '{}', 'LAMBDA', 'core', " + held + ", " + wanted + ", now() + i * interval '1 ms', 1"
                        + " from generate_series(" + (from + 1) + ", " + until + ") i");
    }

    private void run(String statement) {
        QuarkusTransaction.requiringNew()
                .run(() -> entities.createNativeQuery(statement).executeUpdate());
    }
}
