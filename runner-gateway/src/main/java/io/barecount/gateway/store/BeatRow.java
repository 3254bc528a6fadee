package io.barecount.gateway.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/** When the workload of an attempt was last heard of. */
@Entity
@Table(name = "beats")
public class BeatRow extends PanacheEntityBase {
    @Id
    public String attempt;

    @Column(name = "last_heard", nullable = false)
    public Instant lastHeard;

    public static void heard(String attempt, Instant now) {
        getEntityManager()
                .createNativeQuery("insert into beats (attempt, last_heard) values (:attempt, :now)"
                        + " on conflict (attempt) do update set last_heard = :now")
                .setParameter("attempt", attempt)
                .setParameter("now", now)
                .executeUpdate();
    }

    public static Map<String, Instant> all() {
        return BeatRow.<BeatRow>streamAll().collect(Collectors.toMap(row -> row.attempt, row -> row.lastHeard));
    }

    /** Drops those of attempts that have ended. */
    public static void forgetEnded() {
        getEntityManager()
                .createNativeQuery("delete from beats b using attempts a where a.id = b.attempt and a.status = 'ended'")
                .executeUpdate();
    }
}
