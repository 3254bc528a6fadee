package io.barecount.policy.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;

/**
 * Decisions that count on sums take turns over all instances: one sees what the one before it has added, and as there is a single lock, no two
 * wait for each other.
 */
@ApplicationScoped
public class Turns {
    private static final long LOCK = 0x6275_6467_6574L;

    private final EntityManager entities;

    Turns(EntityManager entities) {
        this.entities = entities;
    }

    /** Until the transaction ends. */
    void take() {
        entities.createNativeQuery("select cast(pg_advisory_xact_lock(:lock) as text)", String.class)
                .setParameter("lock", LOCK)
                .getSingleResult();
    }
}
