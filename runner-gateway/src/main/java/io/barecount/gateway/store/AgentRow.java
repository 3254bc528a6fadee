package io.barecount.gateway.store;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.VerifyingKey;
import io.barecount.gateway.agent.Agent;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;

/** An agent, as it was last heard of. */
@Entity
@Table(name = "agents")
public class AgentRow extends PanacheEntityBase {
    @Id
    public String id;

    @Column(name = "public_key", nullable = false)
    public String publicKey;

    @Column(nullable = false)
    public String rights;

    @Column(name = "air_gap", nullable = false)
    public boolean airGap;

    @Column(name = "enrolled_at", nullable = false)
    public Instant enrolledAt;

    @Column(nullable = false)
    public long session;

    public String place;

    /** Of its program. */
    @Column(name = "agent_version")
    public String agentVersion;

    @Column(name = "session_since")
    public Instant sessionSince;

    @Column(name = "last_seen")
    public Instant lastSeen;

    /** What it said of itself, for people. */
    public String capabilities;

    @Column(nullable = false)
    public boolean draining;

    @Column(name = "revoked_at")
    public Instant revokedAt;

    @Column(name = "revoked_reason")
    public String revokedReason;

    public Agent agent() {
        return new Agent(
                id,
                VerifyingKey.ofPem(publicKey),
                Json.read(rights, Agent.Rights.class),
                session,
                place,
                sessionSince,
                lastSeen,
                draining,
                revokedReason);
    }

    /** Nobody else changes it until this transaction is over; null if there is none. */
    public static AgentRow locked(String id) {
        return findById(id, LockModeType.PESSIMISTIC_WRITE);
    }

    /** A new agent, or a known one with a new key: what it was before is over. */
    public static void admit(String id, VerifyingKey key, Agent.Rights rights, Instant now) {
        var known = locked(id);
        var row = known == null ? new AgentRow() : known;
        row.id = id;
        row.publicKey = key.toPem();
        row.rights = Json.text(rights);
        row.airGap = rights.airGap();
        row.enrolledAt = now;
        row.revokedAt = null;
        row.revokedReason = null;
        row.draining = false;
        row.persist();
    }

    /** @param capabilities null leaves what was said before */
    public static void seen(String id, Instant now, String capabilities) {
        update(
                "lastSeen = ?2, capabilities = coalesce(?3, capabilities) where id = ?1 and revokedAt is null",
                id,
                now,
                capabilities);
    }

    /** Boundaries that are reached by files only. */
    public static List<String> airGapped() {
        return AgentRow.<AgentRow>list("airGap and revokedAt is null").stream()
                .flatMap(row -> row.agent().rights().boundaries().stream())
                .distinct()
                .toList();
    }
}
