package io.barecount.manifest.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** One version of a registered pipeline: never changed, the one with the highest id is the latest. */
@Entity
@Table(name = "pipelines")
public class PipelineRow extends PanacheEntityBase {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @Column(nullable = false)
    public String namespace;

    @Column(nullable = false)
    public String name;

    /** The digest of its canonical form. */
    @Column(nullable = false)
    public String version;

    @JdbcTypeCode(SqlTypes.JSON)
    @Column(nullable = false)
    public String manifest;

    @Column(name = "registered_at", nullable = false)
    public Instant registeredAt;

    public static Optional<PipelineRow> latest(String namespace, String name) {
        return find("namespace = ?1 and name = ?2 order by id desc", namespace, name)
                .firstResultOptional();
    }

    /** Newest first. */
    public static List<PipelineRow> versions(String namespace, String name) {
        return list("namespace = ?1 and name = ?2 order by id desc", namespace, name);
    }

    /** The latest version of each pipeline. */
    public static List<PipelineRow> all() {
        return list(
                "id in (select max(p.id) from PipelineRow p group by p.namespace, p.name) order by namespace, name");
    }
}
