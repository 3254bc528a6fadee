package io.barecount.gateway.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** That the permit of a run holds no more; its id is the run's. */
@Entity
@Table(name = "revocations")
public class RevocationRow extends PanacheEntityBase {
    @Id
    public String run;

    @Column(nullable = false)
    public String reason;

    @Column(name = "revoked_at", nullable = false)
    public Instant revokedAt;
}
