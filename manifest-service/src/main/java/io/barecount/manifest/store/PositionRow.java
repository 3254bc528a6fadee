package io.barecount.manifest.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;

/** Where a subscription goes on in one partition of its topic. */
@Entity
@IdClass(PositionRow.Key.class)
@Table(name = "subscription_positions")
public class PositionRow extends PanacheEntityBase {
    public record Key(String subscription, String topic, int partition) implements Serializable {}

    /** {@code namespace/pipeline/kafka/name}. */
    @Id
    public String subscription;

    @Id
    public String topic;

    @Id
    public int partition;

    /** Of the topic that the offset is one of: made anew under its name, a topic has another one. */
    @Column(name = "topic_id", nullable = false)
    public String topicId;

    @Column(name = "next_offset", nullable = false)
    public long nextOffset;

    /** Since when no current version of the pipeline subscribes; null while one does. */
    @Column(name = "left_at")
    public Instant leftAt;

    public Key key() {
        return new Key(subscription, topic, partition);
    }
}
