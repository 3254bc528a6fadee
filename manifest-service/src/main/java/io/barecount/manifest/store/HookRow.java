package io.barecount.manifest.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A webhook of a pipeline's current version. */
@Entity
@Table(name = "hooks")
public class HookRow extends PanacheEntityBase {
    /** {@code namespace/hook}. */
    @Id
    public String id;

    /** {@code namespace/name} of the pipeline that it starts. */
    @Column(nullable = false)
    public String pipeline;

    /** Reference of its secret. */
    @Column(nullable = false)
    public String secret;

    public HookRow() {}

    HookRow(String id, String pipeline, String secret) {
        this.id = id;
        this.pipeline = pipeline;
        this.secret = secret;
    }
}
