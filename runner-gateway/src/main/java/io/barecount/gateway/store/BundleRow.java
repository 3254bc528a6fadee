package io.barecount.gateway.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** Work that was carried to an agent, as it was signed. */
@Entity
@Table(name = "bundles")
public class BundleRow extends PanacheEntityBase {
    @Id
    public UUID id;

    @Column(nullable = false)
    public String agent;

    @Column(name = "exported_at", nullable = false)
    public Instant exportedAt;

    @Column(name = "until", nullable = false)
    public Instant until;

    @Column(nullable = false)
    public String envelope;
}
