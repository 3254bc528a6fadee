package io.barecount.manifest.store;

import io.barecount.contracts.RunId;
import io.barecount.manifest.window.TriggerId;
import io.barecount.manifest.window.Window;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A window that is open, or closed and not handed on yet. */
@Entity
@Table(name = "windows")
public class WindowRow extends PanacheEntityBase {
    /** Its run's. */
    @Id
    public String id;

    @Column(nullable = false)
    public String trigger;

    @Column(nullable = false)
    public int occurrences;

    @Column(nullable = false)
    public int weight;

    /** Of its first occurrence; null if that had none. */
    public String traceparent;

    @Column(name = "due_at", nullable = false)
    public Instant dueAt;

    /** Null while it is open. */
    @Column(name = "closed_at")
    public Instant closedAt;

    Window toWindow() {
        return new Window(RunId.parse(id), occurrences, weight, dueAt);
    }

    TriggerId toTrigger() {
        return TriggerId.parse(trigger);
    }
}
