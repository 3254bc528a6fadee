package io.barecount.gateway.store;

import io.barecount.contracts.event.Json;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.messaging.stage.AggregateRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;

/** An attempt, with the columns that agents' polls and the watch over leases ask for. */
@Entity
@Table(name = "attempts")
public class AttemptRow extends AggregateRow {
    @Column(nullable = false)
    public String run;

    /** queued, offered, claimed, ended */
    @Column(nullable = false)
    public String status;

    @Column(name = "runner_type")
    public String runnerType;

    public String boundary;
    public String agent;

    @Column(name = "queued_at")
    public Instant queuedAt;

    /** Of an offer; when it was claimed, of a claim. */
    public Instant since;

    @Column(name = "stop_wanted", nullable = false)
    public boolean stopWanted;

    void fill(AttemptState state) {
        run = state.attempt().run().toString();
        stopWanted = false;
        switch (state) {
            case AttemptState.Queued queued -> fill("queued", queued.work(), null, null);
            case AttemptState.Offered offered -> fill("offered", offered.work(), offered.agent(), offered.deadline());
            case AttemptState.Claimed claimed -> {
                fill("claimed", claimed.work(), claimed.agent(), claimed.at());
                stopWanted = claimed.stopReason() != null;
            }
            case AttemptState.Ended ended -> {
                status = "ended";
                agent = ended.agent();
                since = ended.at();
            }
        }
    }

    private void fill(String newStatus, AttemptState.Work work, String holder, Instant from) {
        status = newStatus;
        runnerType = Json.tree(work.spec().manifest().spec().runner().type()).asText();
        boundary = work.boundary().name();
        queuedAt = work.queuedAt();
        agent = holder;
        since = from;
    }

    /** Ids of attempts that can be offered, those that wait longest first. */
    public static List<String> offerable(List<String> runnerTypes, List<String> boundaries, Instant now, int limit) {
        return getEntityManager()
                .createQuery(
                        "select id from AttemptRow where (status = 'queued' or (status = 'offered' and since < :now))"
                                + " and runnerType in :types and (:everywhere = true or boundary in :boundaries) order by queuedAt",
                        String.class)
                .setParameter("now", now)
                .setParameter("types", runnerTypes)
                .setParameter("everywhere", boundaries.contains("*"))
                .setParameter("boundaries", boundaries)
                .setMaxResults(limit)
                .getResultList();
    }

    public static List<AttemptRow> claimedBy(String agent) {
        return list("status = 'claimed' and agent = ?1", agent);
    }

    /** Claimed by agents that were not heard of since. */
    public static List<AttemptRow> claimedBySilent(Instant since) {
        return list(
                "status = 'claimed' and agent not in (select a.id from AgentRow a where a.lastSeen >= ?1) and since < ?1",
                since);
    }
}
