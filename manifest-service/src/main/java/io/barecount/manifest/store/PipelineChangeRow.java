package io.barecount.manifest.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import org.hibernate.annotations.Immutable;

/** One thing that was decided of a pipeline. */
@Entity
@Immutable
@IdClass(PipelineChangeRow.Key.class)
@Table(name = "pipeline_changes")
public class PipelineChangeRow extends PanacheEntityBase {
    public record Key(String pipeline, long revision) implements Serializable {}

    /** {@code namespace/name}. */
    @Id
    public String pipeline;

    @Id
    public long revision;

    /** {@code registered}, {@code rolled-back}, {@code deprecated} or {@code reinstated}. */
    @Column(nullable = false)
    public String kind;

    /** That is current since then. */
    @Column(nullable = false)
    public String version;

    @Column(nullable = false)
    public String by;

    /** Null where none had to be given. */
    public String reason;

    @Column(nullable = false)
    public Instant at;
}
