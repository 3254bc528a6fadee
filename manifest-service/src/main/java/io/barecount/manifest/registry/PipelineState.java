package io.barecount.manifest.registry;

import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Manifest.Trigger;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A registered pipeline, as it was last decided. Versions are only added; which one is current is what changes.
 *
 * <pre>
 *   (none) ──register──▶ version v, revision 1
 *   version v ──register w──▶ version w         (also a w that was there before, and v signed otherwise)
 *   version v ──roll back to w──▶ version w     (w registered before; the event tells of both)
 *   any ──deprecate──▶ deprecated ──reinstate──▶ any     (a version that is registered meanwhile changes nothing of it)
 * </pre>
 *
 * @param signature of the version, as it was registered last; null where it was not signed
 * @param revision counts the changes, from 1: of two events the one with the higher revision holds, in whatever order they arrive
 * @param deprecation null as long as it may be used
 */
public record PipelineState(Digest version, Envelope signature, long revision, Deprecation deprecation) {

    /** What an input leads to. */
    public sealed interface Turn {
        /**
         * @param manifest of the version that is current from now on; null if that stays
         * @param events in the order in which they are told
         */
        record Changed(PipelineState state, Manifest manifest, List<ControlEvent> events) implements Turn {
            public Changed {
                events = List.copyOf(events);
            }
        }

        /** It is so already: a repeat. */
        record Unchanged(PipelineState state) implements Turn {}

        /** Somebody else was quicker: another version is current than the one that was to be left. */
        record MovedOn(Digest expected, Digest current) implements Turn {}
    }

    /** @param state null as long as nothing is registered under this name; then only a registration has a meaning */
    public static Turn decide(PipelineName name, PipelineState state, PipelineInput input, Instant now) {
        return switch (input) {
            case PipelineInput.Register register -> register(name, state, register, now);
            case PipelineInput.RollBack rollBack -> state.rollBack(name, rollBack, now);
            case PipelineInput.Deprecate deprecate -> state.deprecate(name, deprecate, now);
            case PipelineInput.Reinstate reinstate -> state.reinstate(name, reinstate, now);
        };
    }

    private static Turn register(PipelineName name, PipelineState state, PipelineInput.Register wanted, Instant now) {
        var version = wanted.manifest().digest();
        if (state != null && state.version.equals(version) && Objects.equals(state.signature, wanted.signature())) {
            return new Turn.Unchanged(state);
        }
        var after = new PipelineState(
                version,
                wanted.signature(),
                state == null ? 1 : state.revision + 1,
                state == null ? null : state.deprecation);
        return new Turn.Changed(
                after, wanted.manifest(), List.of(after.triggers(name, wanted.manifest(), wanted.by(), now)));
    }

    private Turn rollBack(PipelineName name, PipelineInput.RollBack wanted, Instant now) {
        var to = wanted.to().digest();
        if (version.equals(to)) {
            return new Turn.Unchanged(this);
        }
        if (wanted.from() != null && !wanted.from().equals(version)) {
            return new Turn.MovedOn(wanted.from(), version);
        }
        var after = new PipelineState(to, wanted.signature(), revision + 1, deprecation);
        var events = new ArrayList<ControlEvent>();
        events.add(new ControlEvent.PipelineRolledBack(
                name.namespace(), name.name(), to, version, wanted.by(), wanted.reason(), now, after.revision));
        events.add(after.triggers(name, wanted.to(), wanted.by(), now));
        return new Turn.Changed(after, wanted.to(), events);
    }

    private Turn deprecate(PipelineName name, PipelineInput.Deprecate wanted, Instant now) {
        var said = new Deprecation(wanted.reason(), wanted.successor(), wanted.refusedFrom(), wanted.by(), now);
        if (said.saysTheSameAs(deprecation)) {
            return new Turn.Unchanged(this);
        }
        var after = new PipelineState(version, signature, revision + 1, said);
        return new Turn.Changed(
                after,
                null,
                List.of(new ControlEvent.PipelineDeprecated(
                        name.namespace(),
                        name.name(),
                        said.successor(),
                        said.refusedFrom(),
                        said.by(),
                        said.reason(),
                        now,
                        after.revision)));
    }

    private Turn reinstate(PipelineName name, PipelineInput.Reinstate wanted, Instant now) {
        if (deprecation == null) {
            return new Turn.Unchanged(this);
        }
        var after = new PipelineState(version, signature, revision + 1, null);
        return new Turn.Changed(
                after,
                null,
                List.of(new ControlEvent.PipelineReinstated(
                        name.namespace(), name.name(), wanted.by(), wanted.reason(), now, after.revision)));
    }

    /** What a version starts by itself: none of its hooks, which this service keeps. */
    private ControlEvent triggers(PipelineName name, Manifest manifest, String by, Instant now) {
        var triggers = manifest.spec().triggers();
        return new ControlEvent.TriggersSet(
                name.namespace(),
                name.name(),
                version,
                triggers.stream()
                        .map(Trigger::schedule)
                        .filter(Objects::nonNull)
                        .toList(),
                triggers.stream().map(Trigger::after).filter(Objects::nonNull).toList(),
                by,
                now,
                revision);
    }
}
