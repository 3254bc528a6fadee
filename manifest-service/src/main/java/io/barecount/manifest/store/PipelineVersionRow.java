package io.barecount.manifest.store;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Envelope;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** One version of a pipeline, as it was registered first, with the signature that it was registered with last. */
@Entity
@Table(name = "pipeline_versions")
public class PipelineVersionRow extends PanacheEntityBase {
    /** {@code namespace/name@version}. */
    @Id
    public String id;

    /** {@code namespace/name}. */
    @Column(nullable = false)
    public String pipeline;

    @Column(nullable = false)
    public String version;

    @JdbcTypeCode(SqlTypes.JSON)
    @Column(nullable = false)
    public String manifest;

    /** Null where it was not signed. */
    @JdbcTypeCode(SqlTypes.JSON)
    public String signature;

    @Column(name = "registered_at", nullable = false)
    public Instant registeredAt;

    public Envelope toSignature() {
        return signature == null ? null : Json.read(signature, Envelope.class);
    }

    public Manifest toManifest() {
        return Json.read(manifest, Manifest.class);
    }
}
