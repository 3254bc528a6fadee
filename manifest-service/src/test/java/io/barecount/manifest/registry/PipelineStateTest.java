package io.barecount.manifest.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.signature.ManifestSignature;
import io.barecount.manifest.Manifests;
import io.barecount.manifest.registry.PipelineState.Turn;
import io.barecount.manifest.validation.ManifestValidation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineStateTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final PipelineName NAME = new PipelineName("finance", "gdp");
    private static final List<Manifest> VERSIONS = IntStream.rangeClosed(1, 4)
            .mapToObj(minutes -> manifest("PT" + minutes + "M"))
            .toList();
    private static final Manifest FIRST = VERSIONS.get(0);
    private static final Manifest SECOND = VERSIONS.get(1);

    @Test
    void aVersionThatIsCurrentIsRegisteredAgainToNoEffect() {
        var registered = changed(null, new PipelineInput.Register(FIRST, null, "ann"));

        assertThat(registered.state()).isEqualTo(new PipelineState(FIRST.digest(), null, 1, null));
        assertThat(registered.events()).singleElement().isEqualTo(triggers(FIRST, 1));
        assertThat(decide(registered.state(), new PipelineInput.Register(FIRST, null, "bob")))
                .isEqualTo(new Turn.Unchanged(registered.state()));
    }

    /** A pipeline that is registered lives longer than a key. */
    @Test
    void aVersionThatIsSignedByAnotherKeyIsRegisteredAnew() {
        var first = ManifestSignature.sign(FIRST, SigningKey.generate());
        var second = ManifestSignature.sign(FIRST, SigningKey.generate());
        var state =
                changed(null, new PipelineInput.Register(FIRST, first, "ann")).state();

        assertThat(decide(state, new PipelineInput.Register(FIRST, first, "ann")))
                .isEqualTo(new Turn.Unchanged(state));
        assertThat(changed(state, new PipelineInput.Register(FIRST, second, "ann"))
                        .state())
                .isEqualTo(new PipelineState(FIRST.digest(), second, 2, null));
        assertThat(changed(
                                new PipelineState(SECOND.digest(), null, 3, null),
                                new PipelineInput.RollBack(FIRST, second, null, "ann", "x"))
                        .state()
                        .signature())
                .isEqualTo(second);
    }

    @Test
    void aRollBackIsToldWithWhatTheOlderVersionStartsByItself() {
        var state = new PipelineState(SECOND.digest(), null, 2, null);

        var back = changed(state, new PipelineInput.RollBack(FIRST, null, SECOND.digest(), "ann", "too dear"));

        assertThat(back.state()).isEqualTo(new PipelineState(FIRST.digest(), null, 3, null));
        assertThat(back.manifest()).isEqualTo(FIRST);
        assertThat(back.events())
                .containsExactly(
                        new ControlEvent.PipelineRolledBack(
                                "finance", "gdp", FIRST.digest(), SECOND.digest(), "ann", "too dear", NOON, 3),
                        triggers(FIRST, 3));
    }

    @Test
    void aRollBackLeavesOnlyTheVersionThatWasLookedAt() {
        var state = new PipelineState(SECOND.digest(), null, 2, null);
        var third = VERSIONS.get(2).digest();

        assertThat(decide(state, new PipelineInput.RollBack(FIRST, null, third, "ann", "x")))
                .isEqualTo(new Turn.MovedOn(third, SECOND.digest()));
        assertThat(decide(state, new PipelineInput.RollBack(SECOND, null, third, "ann", "x")))
                .as("what is wished for already holds")
                .isEqualTo(new Turn.Unchanged(state));
    }

    @Test
    void aDeprecationOutlivesVersionsUntilItIsTakenBack() {
        var state = new PipelineState(FIRST.digest(), null, 1, null);
        var wanted = new PipelineInput.Deprecate("gdp-2", NOON, "ann", "replaced");

        var deprecated = changed(state, wanted).state();
        var registered = changed(deprecated, new PipelineInput.Register(SECOND, null, "ann"))
                .state();
        var reinstated = changed(registered, new PipelineInput.Reinstate("ann", "not ready"))
                .state();

        assertThat(registered.deprecation()).isEqualTo(new Deprecation("replaced", "gdp-2", NOON, "ann", NOON));
        assertThat(reinstated).isEqualTo(new PipelineState(SECOND.digest(), null, 4, null));
        assertThat(decide(reinstated, new PipelineInput.Reinstate("bob", "x")))
                .isEqualTo(new Turn.Unchanged(reinstated));
    }

    @Test
    void aDeprecationThatSaysTheSameIsNoneAndOneThatDiffersHolds() {
        var state = changed(
                        new PipelineState(FIRST.digest(), null, 1, null),
                        new PipelineInput.Deprecate("gdp-2", NOON, "ann", "replaced"))
                .state();

        assertThat(decide(state, new PipelineInput.Deprecate("gdp-2", NOON, "bob", "replaced")))
                .isEqualTo(new Turn.Unchanged(state));
        assertThat(changed(state, new PipelineInput.Deprecate("gdp-2", null, "bob", "replaced"))
                        .state()
                        .deprecation()
                        .refusedFrom())
                .isNull();
    }

    /** Whoever applies the events by revision, in whatever order they arrive, ends with what is current. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void theEventOfTheHighestRevisionTellsWhatIsCurrent(long seed) {
        var random = new SplittableRandom(seed);
        PipelineState state = null;
        var told = new ArrayList<ControlEvent>();
        for (var i = 0; i < 200; i++) {
            var before = state;
            var turn = PipelineState.decide(NAME, state, any(random, state), NOON);
            if (turn instanceof Turn.Changed(var after, var manifest, var events)) {
                assertThat(after.revision()).isEqualTo(before == null ? 1 : before.revision() + 1);
                assertThat(after).isNotEqualTo(before);
                assertThat(events).isNotEmpty();
                told.addAll(events);
                state = after;
            }
        }

        Digest version = null;
        var seen = 0L;
        while (!told.isEmpty()) {
            var event = told.remove(random.nextInt(told.size()));
            if (event instanceof ControlEvent.TriggersSet set && set.revision() > seen) {
                version = set.version();
                seen = set.revision();
            }
        }
        assertThat(version).isEqualTo(state.version());
    }

    private static PipelineInput any(SplittableRandom random, PipelineState state) {
        var manifest = VERSIONS.get(random.nextInt(VERSIONS.size()));
        return switch (state == null ? 0 : random.nextInt(4)) {
            case 0 -> new PipelineInput.Register(manifest, null, "ann");
            case 1 ->
                new PipelineInput.RollBack(
                        manifest,
                        null,
                        random.nextBoolean()
                                ? null
                                : VERSIONS.get(random.nextInt(4)).digest(),
                        "ann",
                        "x");
            case 2 -> new PipelineInput.Deprecate(random.nextBoolean() ? null : "other", NOON, "ann", "x");
            default -> new PipelineInput.Reinstate("ann", "x");
        };
    }

    private static Turn decide(PipelineState state, PipelineInput input) {
        return PipelineState.decide(NAME, state, input, NOON);
    }

    private static Turn.Changed changed(PipelineState state, PipelineInput input) {
        return (Turn.Changed) decide(state, input);
    }

    private static ControlEvent.TriggersSet triggers(Manifest manifest, long revision) {
        return new ControlEvent.TriggersSet(
                "finance", "gdp", manifest.digest(), List.of(), List.of(), "ann", NOON, revision);
    }

    private static Manifest manifest(String timeout) {
        var text = Manifests.valid("finance", "gdp").replace("PT10M", timeout);
        return ((ManifestValidation.Result.Valid) new ManifestValidation().validate(text)).manifest();
    }
}
