package io.barecount.manifest.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.contracts.submission.SubmissionEvent;
import io.barecount.manifest.Manifests;
import io.barecount.manifest.submission.SubmissionState.Accepted;
import io.barecount.manifest.submission.SubmissionState.Received;
import io.barecount.manifest.submission.SubmissionState.Rejected;
import io.barecount.manifest.validation.ManifestValidation;
import io.barecount.messaging.stage.Decision;
import io.barecount.messaging.stage.Outgoing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubmissionStateTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final RunId RUN = new RunId(UUID.fromString("0195fd1e-0000-7000-8000-000000000001"));
    private static final SubmissionDocument DOCUMENT = SubmissionDocument.ofManifest(Manifests.valid("finance", "gdp"));
    private static final Digest CONTENT = Digest.ofCanonical(DOCUMENT);
    private static final RunSpec SPEC = spec();
    private static final List<Violation> VIOLATIONS =
            List.of(new Violation("missing-field", "/spec", 1, 1, "the field 'spec' is missing", "add 'spec'"));

    private static final SubmissionInput.Submit SUBMIT =
            new SubmissionInput.Submit(RUN, CONTENT, Door.HTTP, "ann", DOCUMENT, new Verdict.Valid(SPEC));
    private static final SubmissionInput.Taken VALID = taken(CONTENT, new Verdict.Valid(SPEC));
    private static final SubmissionInput.Taken INVALID =
            taken(CONTENT, new Verdict.Invalid("finance", "gdp", VIOLATIONS));

    private static final SubmissionState RECEIVED = new Received(CONTENT, Door.HTTP, "ann", NOON, "finance", "gdp");
    private static final SubmissionState ACCEPTED = new Accepted(
            CONTENT, Door.HTTP, "ann", NOON, "finance", "gdp", SPEC.manifest().digest());
    private static final SubmissionState REJECTED =
            new Rejected(CONTENT, Door.HTTP, "ann", NOON, "finance", "gdp", VIOLATIONS);

    @Test
    void aValidSubmissionIsAcceptedAndTold() {
        var decision = SubmissionState.decide(null, SUBMIT, NOON);

        assertThat(decision)
                .isEqualTo(Decision.of(
                        ACCEPTED,
                        new Outgoing(
                                "finance/gdp",
                                RUN.toString(),
                                "finance",
                                new SubmissionEvent.Submitted(RUN, Door.HTTP, "ann", NOON, DOCUMENT)),
                        Outgoing.about(RUN, "finance", new ManifestEvent.Accepted(RUN, SPEC, Door.HTTP, "ann", NOON))));
    }

    @Test
    void whatWasReceivedIsAcceptedIfValid() {
        var decision = SubmissionState.decide(RECEIVED, VALID, NOON.plusSeconds(5));

        assertThat(decision)
                .isEqualTo(Decision.of(
                        ACCEPTED,
                        Outgoing.about(RUN, "finance", new ManifestEvent.Accepted(RUN, SPEC, Door.HTTP, "ann", NOON))));
    }

    @Test
    void whatWasReceivedIsRejectedIfInvalid() {
        var decision = SubmissionState.decide(RECEIVED, INVALID, NOON.plusSeconds(5));

        assertThat(decision)
                .isEqualTo(Decision.of(
                        REJECTED,
                        Outgoing.about(
                                RUN,
                                "finance",
                                new ManifestEvent.Rejected(RUN, "finance", "gdp", Door.HTTP, "ann", VIOLATIONS))));
    }

    @Test
    void whatWasPublishedToTheTopicIsDecidedAtOnce() {
        assertThat(SubmissionState.decide(null, VALID, NOON).state()).isEqualTo(ACCEPTED);
        assertThat(SubmissionState.decide(null, INVALID, NOON).state()).isEqualTo(REJECTED);
    }

    @Test
    void whatSaysNoTimeIsReceivedNow() {
        var unsaid = new SubmissionInput.Taken(RUN, CONTENT, Door.KAFKA, "shop", null, new Verdict.Valid(SPEC));

        var decision = SubmissionState.decide(null, unsaid, NOON);

        assertThat(decision.state().receivedAt()).isEqualTo(NOON);
    }

    @Test
    void whatNobodyCanAttributeIsRejectedWithoutATenant() {
        var decision = SubmissionState.decide(null, taken(CONTENT, new Verdict.Invalid(null, null, VIOLATIONS)), NOON);

        assertThat(decision.events()).extracting(Outgoing::namespace).containsExactly(Outgoing.NO_NAMESPACE);
    }

    @Test
    void aRepeatChangesNothing() {
        for (var state : List.of(RECEIVED, ACCEPTED, REJECTED)) {
            assertThat(SubmissionState.decide(state, SUBMIT, NOON)).isEqualTo(Decision.unchanged(state));
        }
        for (var state : List.of(ACCEPTED, REJECTED)) {
            assertThat(SubmissionState.decide(state, VALID, NOON)).isEqualTo(Decision.unchanged(state));
            assertThat(SubmissionState.decide(state, INVALID, NOON)).isEqualTo(Decision.unchanged(state));
        }
    }

    @Test
    void otherContentUnderTheSameRunIsRefused() {
        var other = taken(Digest.of("other"), new Verdict.Valid(SPEC));
        for (var state : List.of(RECEIVED, ACCEPTED, REJECTED)) {
            assertThatThrownBy(() -> SubmissionState.decide(state, other, NOON))
                    .isInstanceOf(OtherContent.class)
                    .hasMessageContaining(RUN.toString());
            assertThat(SubmissionState.decide(state, otherSubmit(), NOON)).isEqualTo(Decision.unchanged(state));
        }
    }

    @Test
    void statesAreStoredAndReadBack() {
        for (var state : List.of(RECEIVED, ACCEPTED, REJECTED)) {
            assertThat(Json.read(Json.text(state, SubmissionState.class), SubmissionState.class))
                    .isEqualTo(state);
        }
    }

    /** Any history of repeats, strays and strangers tells the submission at most once and its end at most once. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void anyHistoryTellsEachFactAtMostOnce(long seed) {
        var random = new SplittableRandom(seed);
        for (var history = 0; history < 200; history++) {
            var state = random.nextInt(4) == 0 ? RECEIVED : null;
            var told = new ArrayList<Object>();
            var inputs = new ArrayList<SubmissionInput>();
            for (var i = 0; i < 10; i++) {
                var input = List.of(SUBMIT, otherSubmit(), VALID, INVALID, taken(Digest.of("x"), VALID.verdict()))
                        .get(random.nextInt(5));
                inputs.add(input);
                try {
                    var decision = SubmissionState.decide(state, input, NOON);
                    state = decision.state();
                    decision.events().forEach(event -> told.add(event.data()));
                } catch (OtherContent refused) {
                    assertThat(state.content()).as("%s", inputs).isNotEqualTo(input.content());
                }
            }
            assertThat(told.stream().filter(ManifestEvent.class::isInstance))
                    .as("%s", inputs)
                    .hasSizeLessThanOrEqualTo(1);
            assertThat(told.stream().filter(SubmissionEvent.class::isInstance))
                    .as("%s", inputs)
                    .hasSizeLessThanOrEqualTo(1);
            var ended = state instanceof Accepted || state instanceof Rejected;
            assertThat(told.stream().anyMatch(ManifestEvent.class::isInstance))
                    .as("%s", inputs)
                    .isEqualTo(ended);
        }
    }

    private static SubmissionInput.Submit otherSubmit() {
        return new SubmissionInput.Submit(RUN, Digest.of("other"), Door.HTTP, "eve", DOCUMENT, new Verdict.Valid(SPEC));
    }

    private static SubmissionInput.Taken taken(Digest content, Verdict verdict) {
        return new SubmissionInput.Taken(RUN, content, Door.HTTP, "ann", NOON, verdict);
    }

    private static RunSpec spec() {
        var manifest = new ManifestValidation().validate(Manifests.valid("finance", "gdp"));
        return new RunSpec(((ManifestValidation.Result.Valid) manifest).manifest(), Map.of(), null);
    }
}
