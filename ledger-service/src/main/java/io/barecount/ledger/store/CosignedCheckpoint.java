package io.barecount.ledger.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;

/** The newest checkpoint that enough witnesses cosigned. Kept for serving alone: the witnesses remember by themselves. */
@Entity
@Table(name = "cosigned_checkpoints")
public class CosignedCheckpoint extends PanacheEntityBase {
    @Id
    @Column(name = "size")
    public long treeSize;

    /** With the log's signature and the witnesses'. */
    @Column(nullable = false)
    public String note;

    @Column(name = "signed_at", nullable = false)
    public Instant signedAt;

    /** 0 if there is none. */
    public static long sizeOfLatest() {
        return QuarkusTransaction.requiringNew()
                .call(() -> latest().map(Log.Signed::size).orElse(0L));
    }

    /** Within a transaction. */
    static Optional<Log.Signed> latest() {
        return CosignedCheckpoint.<CosignedCheckpoint>find("order by treeSize desc")
                .firstResultOptional()
                .map(row -> new Log.Signed(row.treeSize, row.note, row.signedAt));
    }

    public static void keep(long size, String note, Instant signedAt) {
        QuarkusTransaction.requiringNew().run(() -> {
            var row = new CosignedCheckpoint();
            row.treeSize = size;
            row.note = note;
            row.signedAt = signedAt;
            getEntityManager().merge(row);
            delete("treeSize < ?1", size);
        });
    }
}
