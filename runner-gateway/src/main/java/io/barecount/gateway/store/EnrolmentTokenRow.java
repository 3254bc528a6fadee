package io.barecount.gateway.store;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Digest;
import io.barecount.gateway.agent.Agent;
import io.barecount.gateway.agent.EnrolmentToken;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import java.time.Instant;

/** A token by which an agent may enrol; only its digest is kept. */
@Entity
@Table(name = "enrolment_tokens")
public class EnrolmentTokenRow extends PanacheEntityBase {
    @Id
    public String digest;

    public String agent;

    @Column(nullable = false)
    public String rights;

    @Column(name = "valid_until")
    public Instant until;

    @Column(name = "used_by")
    public String usedBy;

    public EnrolmentToken token() {
        return new EnrolmentToken(Digest.parse(digest), agent, Json.read(rights, Agent.Rights.class), until, usedBy);
    }

    /** Nobody else uses it until this transaction is over; null if there is none. */
    public static EnrolmentTokenRow locked(String token) {
        return findById(Digest.of(token).toString(), LockModeType.PESSIMISTIC_WRITE);
    }

    /** @param token itself, of which the digest is kept; made known again, nothing changes */
    public static void make(String token, String agent, Agent.Rights rights, Instant until) {
        getEntityManager()
                .createNativeQuery("insert into enrolment_tokens (digest, agent, rights, valid_until)"
                        + " values (:digest, :agent, :rights, :until) on conflict (digest) do nothing")
                .setParameter("digest", Digest.of(token).toString())
                .setParameter("agent", agent)
                .setParameter("rights", Json.text(rights))
                .setParameter("until", until)
                .executeUpdate();
    }
}
