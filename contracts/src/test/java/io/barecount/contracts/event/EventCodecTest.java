package io.barecount.contracts.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.run.RunEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {
    private static final RunId RUN = RunId.parse("018f3a7e-0000-7000-8000-000000000001");
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final Event<?> QUEUED = new Event<>(
            EventIds.derive(RUN.value(), "queued"),
            "/barecount/scheduler-service",
            "barecount.runs.queued",
            RUN.toString(),
            NOON,
            "finance",
            RUN.value(),
            1,
            TraceContext.orNew(null, RUN.value()),
            new RunEvent.Queued(RUN, "finance", "gdp", NOON, 6));

    @Test
    void whatIsWrittenIsRead() {
        var read = EventCodec.decode(Topic.RUNS, EventCodec.headers(QUEUED), EventCodec.value(QUEUED));

        assertThat(read).isEqualTo(QUEUED);
    }

    @Test
    void anEventOfAnotherTopicIsMalformed() {
        var headers = EventCodec.headers(QUEUED);
        var value = EventCodec.value(QUEUED);

        assertThatThrownBy(() -> EventCodec.decode(Topic.DECISIONS, headers, value))
                .isInstanceOf(MalformedEvent.class)
                .hasMessageContaining("barecount.runs.queued");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_namespace", "ce_sequence"})
    void aMissingHeaderIsNamed(String name) {
        var headers = new HashMap<>(EventCodec.headers(QUEUED));
        headers.remove(name);
        var value = EventCodec.value(QUEUED);

        assertThatThrownBy(() -> EventCodec.decode(Topic.RUNS, headers, value))
                .isInstanceOf(MalformedEvent.class)
                .hasMessageContaining(name);
    }

    @Test
    void everyEventHasATypeAndFindsItBack() {
        assertThat(EventTypes.all()).isNotEmpty().allSatisfy((type, event) -> {
            assertThat(EventTypes.typeOf(event)).isEqualTo(type);
            assertThat(type).startsWith(EventTypes.topicOf(event).topicName() + ".");
        });
    }

    /** RFC 9562, appendix A.4: the worked example of version 5 has another name space, so the bits that mark it are checked. */
    @Test
    void derivedIdsAreOfVersion5AndRepeatable() {
        var id = EventIds.derive(RUN.value(), "step");

        assertThat(id)
                .isEqualTo(EventIds.derive(RUN.value(), "step"))
                .isNotEqualTo(EventIds.derive(RUN.value(), "stop"));
        assertThat(id.version()).isEqualTo(5);
        assertThat(id.variant()).isEqualTo(2);
    }

    @Test
    void aTraceGoesOnWithANewParent() {
        var given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        var child = TraceContext.child(given, UUID.fromString("018f3a7e-0000-7000-8000-00000000abcd"));

        assertThat(TraceContext.orNew(given, RUN.value())).isEqualTo(given);
        assertThat(child).isEqualTo("00-4bf92f3577b34da6a3ce929d0e0e4736-800000000000abcd-01");
        assertThat(TraceContext.isValid(TraceContext.orNew("nonsense", RUN.value())))
                .isTrue();
    }
}
