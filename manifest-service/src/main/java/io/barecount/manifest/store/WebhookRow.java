package io.barecount.manifest.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Optional;

/** A webhook of the latest version of a pipeline. */
@Entity
@Table(name = "webhooks")
public class WebhookRow extends PanacheEntityBase {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @Column(nullable = false)
    public String namespace;

    @Column(nullable = false)
    public String hook;

    @Column(nullable = false)
    public String pipeline;

    /** A reference. */
    @Column(nullable = false)
    public String secret;

    public static Optional<WebhookRow> of(String namespace, String hook) {
        return find("namespace = ?1 and hook = ?2", namespace, hook).firstResultOptional();
    }
}
