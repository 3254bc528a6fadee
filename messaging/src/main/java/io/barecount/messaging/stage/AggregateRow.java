package io.barecount.messaging.stage;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/**
 * A row that holds one key's state. A service's entity adds the columns that its queries need; they are filled from the state and are
 * never the truth.
 */
@MappedSuperclass
public abstract class AggregateRow extends PanacheEntityBase {
    @Id
    public String id;

    /** How many events this service has told under this key. */
    @Column(nullable = false)
    public long version;

    /** W3C trace context of the key's first input. */
    @Column(nullable = false)
    public String traceparent;

    /** The state as JSON. */
    @JdbcTypeCode(SqlTypes.JSON)
    @Column(nullable = false)
    public String state;

    @Column(name = "updated_at", nullable = false)
    public Instant updatedAt;
}
