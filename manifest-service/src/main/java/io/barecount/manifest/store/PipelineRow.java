package io.barecount.manifest.store;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.manifest.registry.Deprecation;
import io.barecount.manifest.registry.PipelineState;
import io.barecount.manifest.registry.Registered;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A registered pipeline in its current version. */
@Entity
@Table(name = "pipelines")
public class PipelineRow extends PanacheEntityBase {
    /** {@code namespace/name}. */
    @Id
    public String id;

    @Column(nullable = false)
    public String namespace;

    @Column(nullable = false)
    public String name;

    /** Digest of the manifest. */
    @Column(nullable = false)
    public String version;

    @JdbcTypeCode(SqlTypes.JSON)
    @Column(nullable = false)
    public String manifest;

    /** When this became the current version. */
    @Column(name = "registered_at", nullable = false)
    public Instant registeredAt;

    /** See {@link PipelineState#revision}; 0 if it was last changed before changes were counted. */
    @Column(nullable = false)
    public long revision;

    @JdbcTypeCode(SqlTypes.JSON)
    public String deprecation;

    /** Of the current version; null where it was not signed. */
    @JdbcTypeCode(SqlTypes.JSON)
    public String signature;

    /** Lower-case, what it is searched by: kept by the database. */
    @Column(insertable = false, updatable = false)
    public String words;

    public Manifest toManifest() {
        return Json.read(manifest, Manifest.class);
    }

    public Deprecation toDeprecation() {
        return deprecation == null ? null : Json.read(deprecation, Deprecation.class);
    }

    private Envelope toSignature() {
        return signature == null ? null : Json.read(signature, Envelope.class);
    }

    Registered toRegistered() {
        return new Registered(toManifest(), toSignature(), toDeprecation());
    }

    PipelineState toState() {
        return new PipelineState(Digest.parse(version), toSignature(), revision, toDeprecation());
    }
}
