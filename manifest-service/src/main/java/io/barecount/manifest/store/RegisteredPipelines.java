package io.barecount.manifest.store;

import io.barecount.contracts.Topic;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.event.TraceContext;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Trigger;
import io.barecount.contracts.proof.Digest;
import io.barecount.manifest.registry.PipelineInput;
import io.barecount.manifest.registry.PipelineName;
import io.barecount.manifest.registry.PipelineState;
import io.barecount.manifest.registry.PipelineState.Turn;
import io.barecount.manifest.registry.Registered;
import io.barecount.manifest.registry.Registry;
import io.barecount.messaging.outbox.Outbox;
import io.barecount.messaging.outbox.OutboxRow;
import io.barecount.messaging.stage.Stages;
import io.quarkus.hibernate.orm.panache.Panache;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.panache.common.Parameters;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The registered pipelines, their versions and their webhooks. */
@ApplicationScoped
public class RegisteredPipelines implements Registry {
    private final Outbox outbox;
    private final Stages stages;

    RegisteredPipelines(Outbox outbox, Stages stages) {
        this.outbox = outbox;
        this.stages = stages;
    }

    /** What a wish led to. */
    public sealed interface Outcome {
        /**
         * It holds now, whether it did before or not.
         *
         * @param newVersion whether its version was registered for the first time
         */
        record Done(PipelineState state, boolean newVersion) implements Outcome {}

        /** See {@link Turn.MovedOn}. */
        record MovedOn(Digest expected, Digest current) implements Outcome {}

        /**
         * @param hook {@code namespace/hook}
         * @param pipeline which has a webhook of this name already
         */
        record HookTaken(String hook, String pipeline) implements Outcome {}
    }

    @Override
    public Optional<Registered> current(PipelineName name) {
        return PipelineRow.<PipelineRow>findByIdOptional(name.toString()).map(PipelineRow::toRegistered);
    }

    /** Read anew, whatever the request has read or decided of it before. */
    public Optional<PipelineRow> row(PipelineName name) {
        return QuarkusTransaction.requiringNew().call(() -> PipelineRow.findByIdOptional(name.toString()));
    }

    /** The current versions of several pipelines, looked up at once. */
    public Map<PipelineName, Registered> current(Collection<PipelineName> names) {
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
                                .collect(Collectors.toMap(
                                        row -> new PipelineName(row.namespace, row.name), PipelineRow::toRegistered)));
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

    /**
     * Decides what is wanted of a pipeline, and stores and tells it. All of one namespace is decided one after the other, by whichever
     * instance, and told in that order.
     *
     * @throws IllegalStateException if anything but a registration is wanted of a pipeline that is not registered
     */
    public Outcome apply(PipelineName name, PipelineInput input, Instant now) {
        var told = new ArrayList<OutboxRow>();
        var sent = new ArrayList<Long>();
        var outcome = QuarkusTransaction.requiringNew().call(() -> {
            told.clear();
            sent.clear();
            lockNamespace(name.namespace());
            var row = PipelineRow.<PipelineRow>findById(name.toString());
            if (row == null && !(input instanceof PipelineInput.Register)) {
                throw new IllegalStateException("no pipeline " + name + " is registered");
            }
            return switch (PipelineState.decide(name, row == null ? null : row.toState(), input, now)) {
                case Turn.Unchanged(var state) -> new Outcome.Done(state, false);
                case Turn.MovedOn(var expected, var current) -> new Outcome.MovedOn(expected, current);
                case Turn.Changed changed -> {
                    var taken = hookTakenByAnother(changed.manifest());
                    if (taken.isPresent()) {
                        yield taken.get();
                    }
                    var newVersion = store(name, row, changed, input, now);
                    outbox.sendUnsentOf(List.of(name.toString()), sent);
                    told.addAll(rows(name, changed, now));
                    outbox.add(told);
                    yield new Outcome.Done(changed.state(), newVersion);
                }
            };
        });
        outbox.send(told);
        QuarkusTransaction.requiringNew()
                .run(() ->
                        outbox.clear(Stream.concat(sent.stream(), told.stream().map(row -> row.id))
                                .toList()));
        return outcome;
    }

    /** The ids come out of the pipeline's revision, so that a repeat is recognised. */
    private List<OutboxRow> rows(PipelineName name, Turn.Changed changed, Instant now) {
        return changed.events().stream()
                .map(data -> {
                    var type = EventTypes.typeOf(data.getClass());
                    var id = EventIds.ofName(
                            "pipeline/" + name + "/" + changed.state().revision() + "/" + type);
                    var event = new Event<>(
                            id,
                            stages.source(),
                            type,
                            name.toString(),
                            now,
                            name.namespace(),
                            id,
                            now.toEpochMilli(),
                            TraceContext.child(TraceContext.orNew(null, id), id),
                            data);
                    return OutboxRow.of(Topic.CONTROLS, name.toString(), event);
                })
                .toList();
    }

    /** Registrations of one namespace happen one after the other, as they might want the same name or the same hook. */
    private static void lockNamespace(String namespace) {
        Panache.getEntityManager(PipelineRow.class)
                .createNativeQuery("select cast(pg_advisory_xact_lock(hashtext(?1)) as text)")
                .setParameter(1, namespace)
                .getSingleResult();
    }

    private static Optional<Outcome> hookTakenByAnother(Manifest manifest) {
        var hooks = manifest == null ? List.<String>of() : hooks(manifest).keySet();
        return hooks.isEmpty()
                ? Optional.empty()
                : HookRow.<HookRow>find("id in ?1 and pipeline <> ?2 order by id", hooks, id(manifest))
                        .firstResultOptional()
                        .map(row -> new Outcome.HookTaken(row.id, row.pipeline));
    }

    /** By {@code namespace/hook}. */
    private static Map<String, Manifest.Webhook> hooks(Manifest manifest) {
        return manifest.spec().triggers().stream()
                .map(Trigger::webhook)
                .filter(Objects::nonNull)
                .collect(Collectors.toMap(hook -> manifest.namespace() + "/" + hook.name(), Function.identity()));
    }

    /** Whether its version was not there before. */
    private static boolean store(
            PipelineName name, PipelineRow before, Turn.Changed changed, PipelineInput input, Instant now) {
        var state = changed.state();
        var row = before == null ? new PipelineRow() : before;
        row.revision = state.revision();
        row.deprecation = state.deprecation() == null ? null : Json.text(state.deprecation());
        var newVersion = false;
        if (changed.manifest() != null) {
            row.id = name.toString();
            row.namespace = name.namespace();
            row.name = name.name();
            row.version = state.version().toString();
            row.manifest = Json.text(changed.manifest());
            row.signature = state.signature() == null ? null : Json.text(state.signature());
            row.registeredAt = now;
            row.persistAndFlush();
            storeHooks(name, changed.manifest());
            newVersion = storeVersion(row);
        }
        change(name, state, input, now).persist();
        return newVersion;
    }

    private static void storeHooks(PipelineName name, Manifest manifest) {
        HookRow.delete("pipeline", name.toString());
        hooks(manifest).forEach((id, hook) -> new HookRow(id, name.toString(), hook.secret()).persist());
    }

    private static boolean storeVersion(PipelineRow current) {
        var id = current.id + "@" + current.version;
        var before = PipelineVersionRow.<PipelineVersionRow>findById(id);
        if (before != null) {
            before.signature = current.signature;
            return false;
        }
        var row = new PipelineVersionRow();
        row.id = id;
        row.pipeline = current.id;
        row.version = current.version;
        row.manifest = current.manifest;
        row.signature = current.signature;
        row.registeredAt = current.registeredAt;
        row.persist();
        return true;
    }

    private static PipelineChangeRow change(PipelineName name, PipelineState state, PipelineInput input, Instant now) {
        var row = new PipelineChangeRow();
        row.pipeline = name.toString();
        row.revision = state.revision();
        row.version = state.version().toString();
        row.by = input.by();
        row.at = now;
        switch (input) {
            case PipelineInput.Register register -> row.kind = "registered";
            case PipelineInput.RollBack rollBack -> {
                row.kind = "rolled-back";
                row.reason = rollBack.reason();
            }
            case PipelineInput.Deprecate deprecate -> {
                row.kind = "deprecated";
                row.reason = deprecate.reason();
            }
            case PipelineInput.Reinstate reinstate -> {
                row.kind = "reinstated";
                row.reason = reinstate.reason();
            }
        }
        return row;
    }

    private static String id(Manifest manifest) {
        return new PipelineName(manifest.namespace(), manifest.name()).toString();
    }

    /**
     * What a list of pipelines is to hold.
     *
     * @param namespaces only theirs; empty for all
     * @param words each of which has to be found in its name, owner, runner or boundary
     * @param deprecated null for both
     */
    public record Filter(Optional<Set<String>> namespaces, List<String> words, Boolean deprecated) {}

    /**
     * In the order of their names.
     *
     * @param after a pipeline's {@code namespace/name}, or an empty text
     * @param most how many
     */
    public List<PipelineRow> list(Filter filter, String after, int most) {
        var query = new StringBuilder("id > :after");
        var values = Parameters.with("after", after);
        filter.namespaces().ifPresent(names -> {
            query.append(" and namespace in :namespaces");
            values.and("namespaces", names);
        });
        for (var i = 0; i < filter.words().size(); i++) {
            query.append(" and locate(:word").append(i).append(", words) > 0");
            values.and("word" + i, filter.words().get(i).toLowerCase(Locale.ROOT));
        }
        if (filter.deprecated() != null) {
            query.append(" and deprecation is ").append(filter.deprecated() ? "not null" : "null");
        }
        return PipelineRow.<PipelineRow>find(query + " order by id", values)
                .page(0, most)
                .list();
    }

    /**
     * The newest first.
     *
     * @param skip how many
     */
    public List<PipelineVersionRow> versions(PipelineName name, int skip, int most) {
        return PipelineVersionRow.<PipelineVersionRow>find(
                        "pipeline = ?1 order by registeredAt desc, id", name.toString())
                .range(skip, skip + most - 1)
                .list();
    }

    /**
     * What was decided of it, the last first.
     *
     * @param before a revision that the list begins below
     */
    public List<PipelineChangeRow> changes(PipelineName name, long before, int most) {
        return PipelineChangeRow.<PipelineChangeRow>find(
                        "pipeline = ?1 and revision < ?2 order by revision desc", name.toString(), before)
                .page(0, most)
                .list();
    }

    /**
     * The versions whose digest begins so, at most two.
     *
     * @param version a digest, or the start of one
     */
    public List<PipelineVersionRow> version(PipelineName name, String version) {
        return PipelineVersionRow.<PipelineVersionRow>find(
                        "pipeline = ?1 and locate(?2, version) = 1", name.toString(), version)
                .page(0, 2)
                .list();
    }
}
