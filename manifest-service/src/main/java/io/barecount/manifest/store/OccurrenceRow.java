package io.barecount.manifest.store;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.submission.RecordRange;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** One delivery or record of a window. */
@Entity
@Table(name = "occurrences")
public class OccurrenceRow extends PanacheEntityBase {
    /** {@code trigger/name}. */
    @Id
    public String id;

    /** That its window is for. */
    @Column(nullable = false)
    public String run;

    /** In the window, from 0. */
    @Column(nullable = false)
    public int place;

    /** Null once its window was handed on. */
    public String entry;

    /** Null for a delivery. */
    @JdbcTypeCode(SqlTypes.JSON)
    public String record;

    @Column(name = "taken_at", nullable = false)
    public Instant takenAt;

    RecordRange toRecord() {
        return record == null ? null : Json.read(record, RecordRange.class);
    }
}
