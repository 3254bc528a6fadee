package io.barecount.gateway.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** An agent, as it was last heard of. */
@Entity
@Table(name = "agents")
public class AgentRow extends PanacheEntityBase {
    @Id
    public String id;

    @Column(name = "last_seen", nullable = false)
    public Instant lastSeen;

    /** What it said of itself, for people. */
    @Column(nullable = false)
    public String capabilities;

    public static void seen(String id, Instant now, String capabilities) {
        getEntityManager()
                .createNativeQuery(
                        "insert into agents (id, last_seen, capabilities) values (:id, :now, coalesce(:can, ''))"
                                + " on conflict (id) do update set last_seen = :now, capabilities = coalesce(:can, agents.capabilities)")
                .setParameter("id", id)
                .setParameter("now", now)
                .setParameter("can", capabilities)
                .executeUpdate();
    }
}
