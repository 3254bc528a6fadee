package io.barecount.ledger.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Event;
import io.barecount.ledger.view.AttemptView;
import io.barecount.ledger.view.RunView;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Keeps the audit records, a read model of the log: made at first and made anew by the same {@link #apply}. */
@ApplicationScoped
class AuditRecords {
    private static final Logger LOG = Logger.getLogger(AuditRecords.class);

    private final LineageOutbox lineage;

    AuditRecords(LineageOutbox lineage) {
        this.lineage = lineage;
    }

    /** @param seq of the entry that holds it */
    record Recorded(long seq, RunId run, Event<?> event) {}

    /** Within the transaction that says how far they are made. An event that the view refuses stays an entry and changes no record. */
    void apply(List<Recorded> events) {
        if (events.isEmpty()) {
            return;
        }
        applyToAttempts(events);
        var runs = events.stream().map(event -> event.run().value()).distinct().toList();
        var rows = AuditRun.<AuditRun>list("run in ?1", runs).stream()
                .collect(Collectors.toMap(row -> row.run, row -> row));
        var views = new LinkedHashMap<UUID, RunView>();
        for (var recorded : events) {
            var run = recorded.run().value();
            var before = views.containsKey(run)
                    ? views.get(run)
                    : rows.containsKey(run) ? rows.get(run).view() : RunView.empty(recorded.run());
            try {
                views.put(run, before.apply(recorded.event()));
            } catch (RuntimeException e) {
                LOG.warnf("entry %d: no change to the audit record of run %s: %s", recorded.seq(), recorded.run(), e);
            }
        }
        store(rows, views);
        lineage.tell(views.values());
    }

    private static void applyToAttempts(List<Recorded> events) {
        var views = new LinkedHashMap<String, AttemptView>();
        for (var recorded : events) {
            for (var attempt : AttemptView.attemptsOf(recorded.event())) {
                views.put(attempt.toString(), AttemptView.empty(attempt));
            }
        }
        if (views.isEmpty()) {
            return;
        }
        var rows = AuditAttempt.<AuditAttempt>list("attempt in ?1", List.copyOf(views.keySet())).stream()
                .collect(Collectors.toMap(row -> row.attempt, row -> row));
        rows.forEach((attempt, row) -> views.put(attempt, row.view()));
        for (var recorded : events) {
            for (var attempt : AttemptView.attemptsOf(recorded.event())) {
                try {
                    views.computeIfPresent(attempt.toString(), (key, view) -> view.apply(recorded.event()));
                } catch (RuntimeException e) {
                    LOG.warnf("entry %d: no change to the audit record of attempt %s: %s", recorded.seq(), attempt, e);
                }
            }
        }
        views.forEach((attempt, view) -> {
            if (rows.containsKey(attempt)) {
                rows.get(attempt).fill(view);
            } else {
                AuditAttempt.of(view).persist();
            }
        });
    }

    private static void store(Map<UUID, AuditRun> rows, Map<UUID, RunView> views) {
        views.forEach((run, view) -> {
            if (rows.containsKey(run)) {
                rows.get(run).fill(view);
            } else {
                AuditRun.of(view).persist();
            }
        });
    }
}
