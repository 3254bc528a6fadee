package io.barecount.manifest.store;

import io.barecount.contracts.Topic;
import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.event.TraceContext;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Trigger;
import io.barecount.contracts.proof.Digest;
import io.barecount.manifest.registry.PipelineName;
import io.barecount.manifest.registry.Registry;
import io.barecount.messaging.outbox.Outbox;
import io.barecount.messaging.outbox.OutboxRow;
import io.barecount.messaging.stage.Stages;
import io.quarkus.hibernate.orm.panache.Panache;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The registered pipelines, their versions and their webhooks. */
@ApplicationScoped
public class RegisteredPipelines implements Registry {
    private final Outbox outbox;
    private final Stages stages;

    RegisteredPipelines(Outbox outbox, Stages stages) {
        this.outbox = outbox;
        this.stages = stages;
    }

    /** What a registration led to. */
    public sealed interface Registration {
        /** @param isNew whether this version was registered for the first time */
        record Registered(Digest version, boolean isNew) implements Registration {}

        /**
         * @param hook {@code namespace/hook}
         * @param pipeline which has a webhook of this name already
         */
        record HookTaken(String hook, String pipeline) implements Registration {}
    }

    @Override
    public Optional<Manifest> current(PipelineName name) {
        return PipelineRow.<PipelineRow>findByIdOptional(name.toString()).map(PipelineRow::toManifest);
    }

    /** The current versions of several pipelines, looked up at once. */
    public Map<PipelineName, Manifest> current(Collection<PipelineName> names) {
        if (names.isEmpty()) {
            return Map.of();
        }
        return QuarkusTransaction.requiringNew()
                .call(() ->
                        PipelineRow.<PipelineRow>list(
                                        "id in ?1",
                                        names.stream()
                                                .map(PipelineName::toString)
                                                .toList())
                                .stream()
                                .map(PipelineRow::toManifest)
                                .collect(Collectors.toMap(
                                        manifest -> new PipelineName(manifest.namespace(), manifest.name()),
                                        Function.identity())));
    }

    /** The webhook of this name; empty if no current version of a pipeline in the namespace declares it. */
    public Optional<Hook> hook(String namespace, String hook) {
        return HookRow.<HookRow>findByIdOptional(namespace + "/" + hook)
                .flatMap(row -> PipelineRow.<PipelineRow>findByIdOptional(row.pipeline))
                .map(PipelineRow::toManifest)
                .flatMap(manifest -> manifest.spec().triggers().stream()
                        .map(Manifest.Trigger::webhook)
                        .filter(webhook -> webhook != null && webhook.name().equals(hook))
                        .findFirst()
                        .map(webhook -> new Hook(manifest.name(), webhook)));
    }

    /** @param pipeline that it starts, in its namespace */
    public record Hook(String pipeline, Manifest.Webhook webhook) {}

    /** Makes a manifest its pipeline's current version. A version that was registered before becomes current again. */
    public Registration register(Manifest manifest, String by, Instant now) {
        var told = new ArrayList<OutboxRow>();
        var registration = QuarkusTransaction.requiringNew().call(() -> {
            told.clear();
            lockNamespace(manifest.namespace());
            var taken = hookTakenByAnother(manifest);
            if (taken.isPresent()) {
                return taken.get();
            }
            told.add(triggers(manifest, by, now));
            outbox.add(told);
            return store(manifest, now);
        });
        outbox.send(told);
        QuarkusTransaction.requiringNew()
                .run(() -> outbox.clear(told.stream().map(row -> row.id).toList()));
        return registration;
    }

    /** Told with each registration: whoever goes by it takes the same twice for the same. */
    private OutboxRow triggers(Manifest manifest, String by, Instant now) {
        var triggers = manifest.spec().triggers();
        var set = new ControlEvent.TriggersSet(
                manifest.namespace(),
                manifest.name(),
                manifest.digest(),
                triggers.stream()
                        .map(Trigger::schedule)
                        .filter(Objects::nonNull)
                        .toList(),
                triggers.stream().map(Trigger::after).filter(Objects::nonNull).toList(),
                by,
                now);
        var id = EventIds.ofName("registered/" + id(manifest) + "/" + set.version() + "/" + now);
        var event = new Event<>(
                id,
                stages.source(),
                EventTypes.typeOf(ControlEvent.TriggersSet.class),
                id(manifest),
                now,
                manifest.namespace(),
                id,
                now.toEpochMilli(),
                TraceContext.child(TraceContext.orNew(null, id), id),
                set);
        return OutboxRow.of(Topic.CONTROLS, id(manifest), event);
    }

    /** Registrations of one namespace happen one after the other, as they might want the same name or the same hook. */
    private static void lockNamespace(String namespace) {
        Panache.getEntityManager(PipelineRow.class)
                .createNativeQuery("select cast(pg_advisory_xact_lock(hashtext(?1)) as text)")
                .setParameter(1, namespace)
                .getSingleResult();
    }

    private static Optional<Registration> hookTakenByAnother(Manifest manifest) {
        var hooks = manifest.spec().triggers().stream()
                .filter(trigger -> trigger.webhook() != null)
                .map(trigger -> manifest.namespace() + "/" + trigger.webhook().name())
                .toList();
        return hooks.isEmpty()
                ? Optional.empty()
                : HookRow.<HookRow>find("id in ?1 and pipeline <> ?2 order by id", hooks, id(manifest))
                        .firstResultOptional()
                        .map(row -> new Registration.HookTaken(row.id, row.pipeline));
    }

    private static Registration store(Manifest manifest, Instant now) {
        var id = id(manifest);
        var version = manifest.digest();
        var text = Json.text(manifest);
        var row = PipelineRow.<PipelineRow>findById(id);
        if (row == null) {
            row = new PipelineRow();
            row.id = id;
            row.namespace = manifest.namespace();
            row.name = manifest.name();
            fill(row, version, text, now);
            row.persistAndFlush();
        } else if (!row.version.equals(version.toString())) {
            fill(row, version, text, now);
        }
        HookRow.delete("pipeline", id);
        for (Trigger trigger : manifest.spec().triggers()) {
            var hook = trigger.webhook();
            if (hook == null) {
                continue;
            }
            new HookRow(manifest.namespace() + "/" + hook.name(), id, hook.secret()).persist();
        }
        var versionId = id + "@" + version;
        var isNew = PipelineVersionRow.findById(versionId) == null;
        if (isNew) {
            var versionRow = new PipelineVersionRow();
            versionRow.id = versionId;
            versionRow.pipeline = id;
            versionRow.version = version.toString();
            versionRow.manifest = text;
            versionRow.registeredAt = now;
            versionRow.persist();
        }
        return new Registration.Registered(version, isNew);
    }

    private static void fill(PipelineRow row, Digest version, String manifest, Instant now) {
        row.version = version.toString();
        row.manifest = manifest;
        row.registeredAt = now;
    }

    private static String id(Manifest manifest) {
        return new PipelineName(manifest.namespace(), manifest.name()).toString();
    }

    /**
     * In the order of their names.
     *
     * @param namespaces only theirs; empty for all
     * @param after a pipeline's {@code namespace/name}, or an empty text
     * @param most how many
     */
    public List<PipelineRow> list(Optional<Set<String>> namespaces, String after, int most) {
        var rows = namespaces
                .map(names -> PipelineRow.<PipelineRow>find("id > ?1 and namespace in ?2 order by id", after, names))
                .orElseGet(() -> PipelineRow.find("id > ?1 order by id", after));
        return rows.page(0, most).list();
    }

    /** The newest first. */
    public List<PipelineVersionRow> versions(PipelineName name) {
        return PipelineVersionRow.list("pipeline = ?1 order by registeredAt desc, id", name.toString());
    }

    public Optional<Manifest> version(PipelineName name, String version) {
        return PipelineVersionRow.<PipelineVersionRow>findByIdOptional(name + "@" + version)
                .map(row -> Json.read(row.manifest, Manifest.class));
    }
}
