package io.barecount.gateway.store;

import io.barecount.contracts.agent.Poll;
import io.barecount.contracts.event.Json;
import io.barecount.gateway.agent.Agent;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.gateway.runner.Work;
import io.barecount.messaging.stage.AggregateRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** An attempt, with the columns that agents' polls, the drive and the watch over leases ask for. */
@Entity
@Table(name = "attempts")
public class AttemptRow extends AggregateRow {
    @Column(nullable = false)
    public String run;

    /** queued, offered, claimed, carried; pending, intended, doubtful, launched, executing; ended */
    @Column(nullable = false)
    public String status;

    @Column(name = "runner_type")
    public String runnerType;

    public String boundary;

    /** Null of one that was refused before anything was known of it. */
    public String namespace;

    /** Of the boundary. */
    public String region;

    public String agent;

    @Column(name = "queued_at")
    public Instant queuedAt;

    /** Of an offer; when it was claimed, of a claim; until when it is awaited, of what is carried; not to be asked before, of what is pending; when it was intended, of what is driven. */
    public Instant since;

    @Column(name = "stop_wanted", nullable = false)
    public boolean stopWanted;

    /** That it was exported in; null for most. */
    public UUID bundle;

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
            case AttemptState.Carried carried -> {
                fill("carried", carried.work(), carried.agent(), carried.until());
                bundle = carried.bundle();
            }
            case AttemptState.Pending pending -> fill("pending", pending.work(), null, pending.notBefore());
            case AttemptState.Driven driven -> {
                fill(status(driven), driven.work(), null, driven.intendedAt());
                stopWanted = driven.ending() != null;
            }
            case AttemptState.Ended ended -> {
                status = "ended";
                agent = ended.agent();
                since = ended.at();
            }
        }
    }

    private static String status(AttemptState.Driven driven) {
        if (driven.holder() != null) {
            return "executing";
        }
        if (driven.handle() != null) {
            return "launched";
        }
        return driven.doubt() == null ? "intended" : "doubtful";
    }

    private void fill(String newStatus, Work work, String holder, Instant from) {
        status = newStatus;
        runnerType = Json.tree(work.runnerType()).asText();
        namespace = work.namespace();
        boundary = work.boundary().name();
        region = work.boundary().region();
        queuedAt = work.queuedAt();
        agent = holder;
        since = from;
    }

    /** Ids of attempts that can be offered to who asks so, those that wait longest first; to agents everywhere, none that go by file. */
    public static List<String> offerable(Poll poll, Instant now) {
        var runnerTypes = poll.runnerTypes().stream()
                .map(type -> Json.tree(type).asText())
                .toList();
        var everywhere = poll.boundaries().contains(Agent.Rights.EVERYWHERE);
        return offerable(
                runnerTypes, everywhere, everywhere ? AgentRow.airGapped() : poll.boundaries(), now, poll.free());
    }

    private static List<String> offerable(
            List<String> runnerTypes, boolean everywhere, List<String> boundaries, Instant now, int limit) {
        return getEntityManager()
                .createQuery(
                        "select id from AttemptRow where (status = 'queued' or (status = 'offered' and since < :now))"
                                + " and runnerType in :types and boundary " + (everywhere ? "not in" : "in")
                                + " :boundaries order by queuedAt",
                        String.class)
                .setParameter("now", now)
                .setParameter("types", runnerTypes)
                .setParameter("boundaries", boundaries.isEmpty() ? List.of("") : boundaries)
                .setMaxResults(limit)
                .getResultList();
    }

    /**
     * Attempts for which a provider is to be asked now, those that wait longest first.
     *
     * @param but runner types and regions, as {@link #place}, that are left out
     */
    public static List<AttemptRow> pending(Instant now, Collection<String> but, int limit) {
        return find(
                        "status = 'pending' and since <= ?1 and concat(runnerType, '/', region) not in ?2 order by queuedAt",
                        now,
                        but.isEmpty() ? List.of("") : but)
                .page(0, limit)
                .list();
    }

    /** Of a provider's limits: runner type and region. */
    public static String place(Work work) {
        return Json.tree(work.runnerType()).asText() + "/" + work.boundary().region();
    }

    public String place() {
        return runnerType + "/" + region;
    }

    /** Ids of attempts that a provider may have, or has, and when each was changed last. */
    public static Map<String, Instant> driven() {
        return getEntityManager()
                .createQuery(
                        "select id, updatedAt from AttemptRow where status in ('intended', 'doubtful', 'launched', 'executing')",
                        Object[].class)
                .getResultStream()
                .collect(Collectors.toMap(row -> (String) row[0], row -> (Instant) row[1]));
    }

    public static List<AttemptRow> these(Collection<String> ids) {
        return ids.isEmpty() ? List.of() : list("id in ?1", ids);
    }

    /** Where attempts were driven that changed since. */
    public static List<String> regions(Instant since) {
        return getEntityManager()
                .createQuery(
                        "select distinct region from AttemptRow where region is not null and updatedAt > ?1",
                        String.class)
                .setParameter(1, since)
                .getResultList();
    }

    /** Of these, those that had ended by then. */
    public static List<String> ended(Collection<String> ids, Instant by) {
        return ids.isEmpty()
                ? List.of()
                : getEntityManager()
                        .createQuery(
                                "select id from AttemptRow where id in ?1 and status = 'ended' and updatedAt < ?2",
                                String.class)
                        .setParameter(1, ids)
                        .setParameter(2, by)
                        .getResultList();
    }

    public static List<AttemptRow> claimedBy(String agent) {
        return list("status = 'claimed' and agent = ?1", agent);
    }

    /** Exported in a bundle, whatever became of it since. */
    public static List<AttemptRow> ofBundle(UUID bundle) {
        return list("bundle = ?1 order by id", bundle);
    }

    /** Carried, and not back in time. */
    public static List<AttemptRow> carriedUntil(Instant now) {
        return list("status = 'carried' and since < ?1", now);
    }

    /** Claimed by agents that were not heard of since. */
    public static List<AttemptRow> claimedBySilent(Instant since) {
        return list(
                "status = 'claimed' and agent not in (select a.id from AgentRow a where a.lastSeen >= ?1) and since < ?1",
                since);
    }
}
