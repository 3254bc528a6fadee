package io.barecount.manifest.store;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Trigger;
import io.barecount.contracts.submission.Door;
import io.barecount.manifest.registry.Deprecation;
import io.barecount.manifest.subscription.AllowedTopics;
import io.barecount.manifest.subscription.Beginning;
import io.barecount.manifest.subscription.Beginning.Before;
import io.barecount.manifest.subscription.Subscription;
import io.barecount.manifest.window.TriggerId;
import io.quarkus.hibernate.orm.panache.Panache;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Which topics the registered pipelines subscribe to, and where each subscription goes on. */
@ApplicationScoped
public class Subscriptions {
    private static final Logger LOG = Logger.getLogger(Subscriptions.class);

    private final AllowedTopics allowed;
    private Map<String, List<Subscription>> known = Map.of();

    Subscriptions(AllowedTopics allowed) {
        this.allowed = allowed;
    }

    /**
     * Of the current versions of all pipelines, as far as configuration still allows their topics. A pipeline that is deprecated and refused
     * subscribes to nothing: its records would all be dead letters.
     */
    public synchronized List<Subscription> current(Instant at) {
        known = QuarkusTransaction.requiringNew().call(() -> {
            @SuppressWarnings("unchecked")
            List<Object[]> rows = Panache.getEntityManager(PipelineRow.class)
                    .createNativeQuery("select id, version, cast(deprecation as text) from pipelines"
                            + " where jsonb_path_exists(manifest, '$.spec.triggers[*].kafka') order by id")
                    .getResultList();
            var now = new HashMap<String, List<Subscription>>();
            for (var row : rows) {
                if (row[2] != null
                        && Json.read((String) row[2], Deprecation.class).refuses(at)) {
                    continue;
                }
                var version = row[0] + "@" + row[1];
                var before = known.get(version);
                now.put(version, before == null ? of((String) row[0]) : before);
            }
            return now;
        });
        return known.values().stream().flatMap(List::stream).toList();
    }

    private List<Subscription> of(String pipeline) {
        return PipelineRow.<PipelineRow>findByIdOptional(pipeline)
                .map(PipelineRow::toManifest)
                .map(this::of)
                .orElse(List.of());
    }

    private List<Subscription> of(Manifest manifest) {
        return manifest.spec().triggers().stream()
                .map(Trigger::kafka)
                .filter(Objects::nonNull)
                .filter(declared -> isAllowed(manifest, declared))
                .map(declared -> new Subscription(
                        new TriggerId(manifest.namespace(), manifest.name(), Door.KAFKA, declared.name()), declared))
                .toList();
    }

    private boolean isAllowed(Manifest manifest, Manifest.Subscription declared) {
        var isAllowed = allowed.allows(manifest.namespace(), declared.topic());
        if (!isAllowed) {
            LOG.warnf(
                    "pipeline %s/%s does not read %s: since it was registered the topic was taken out of barecount.manifest.topics",
                    manifest.namespace(), manifest.name(), declared.topic());
        }
        return isAllowed;
    }

    /** Where these go on, by partition of their topic; nothing of those that never began. */
    public Map<Subscription, Before> positions(Collection<Subscription> subscriptions) {
        var ids = subscriptions.stream().map(each -> each.id().toString()).toList();
        var rows = QuarkusTransaction.requiringNew()
                .call(() -> PositionRow.<PositionRow>list("subscription in ?1", ids).stream()
                        .collect(Collectors.groupingBy(row -> row.subscription + " " + row.topic)));
        return subscriptions.stream()
                .collect(Collectors.toMap(
                        each -> each, each -> before(rows.getOrDefault(each.id() + " " + each.topic(), List.of()))));
    }

    private static Before before(List<PositionRow> rows) {
        return rows.isEmpty()
                ? Before.NEVER
                : new Before(
                        rows.getFirst().topicId,
                        rows.stream().collect(Collectors.toMap(row -> row.partition, row -> row.nextOffset)),
                        rows.stream().anyMatch(row -> row.leftAt != null));
    }

    /** Has a subscription begin, for all instances: whoever is first. */
    public void begin(Subscription subscription, Beginning beginning) {
        QuarkusTransaction.requiringNew().run(() -> {
            Windows.lock(List.of(subscription.id().toString()));
            var rows = PositionRow.<PositionRow>list(
                    "subscription = ?1 and topic = ?2", subscription.id().toString(), subscription.topic());
            var byPartition = rows.stream().collect(Collectors.toMap(row -> row.partition, row -> row));
            beginning.next(before(rows), subscription.declared().from()).forEach((partition, next) -> {
                var row = byPartition.remove(partition);
                var isNew = row == null;
                if (isNew) {
                    row = new PositionRow();
                    row.subscription = subscription.id().toString();
                    row.topic = subscription.topic();
                    row.partition = partition;
                }
                row.topicId = beginning.topicId();
                row.nextOffset = next;
                row.leftAt = null;
                if (isNew) {
                    row.persist();
                }
            });
            byPartition.values().forEach(PositionRow::delete);
        });
    }

    /** Marks where subscriptions were that no current version has any more. */
    public void leave(Collection<Subscription> current, Instant now) {
        var held = new HashSet<String>();
        current.forEach(each -> held.add(each.id() + " " + each.topic()));
        QuarkusTransaction.requiringNew()
                .run(() -> PositionRow.<PositionRow>list("leftAt is null").stream()
                        .filter(row -> !held.contains(row.subscription + " " + row.topic))
                        .forEach(row -> row.leftAt = now));
    }
}
