package io.barecount.manifest.window;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.RecordRange;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.manifest.document.Utf8;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final RunId RUN = new RunId(EventIds.ofName("window"));
    private static final WindowLimit LIMIT = new WindowLimit(3, Duration.ofSeconds(5));

    private static Occurrence delivery(String id, String body) {
        return Occurrence.ofDelivery(id, RUN, body, null);
    }

    @Test
    void itIsFullByCountAndDueByTime() {
        var window = Window.opened(RUN, LIMIT, NOON).with(10).with(10);

        assertThat(window.isFull(LIMIT)).isFalse();
        assertThat(window.with(10).isFull(LIMIT)).isTrue();
        assertThat(window.isFull(new WindowLimit(1, Duration.ofSeconds(5)))).isTrue();
        assertThat(window.isDue(NOON.plusSeconds(5).minusNanos(1))).isFalse();
        assertThat(window.isDue(NOON.plusSeconds(5))).isTrue();
    }

    /** Whatever is in it: what a window takes is a payload that is allowed, and that as text within JSON is no longer either. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8})
    void whatItTakesFitsIntoAPayload(long seed) {
        var random = new SplittableRandom(seed);
        var pieces = List.of("\"", "\\", "\n", "x", "é", "\uD83D\uDE00", "{\"a\": 1}");
        var window = Window.opened(RUN, LIMIT, NOON);
        var entries = new ArrayList<String>();
        while (true) {
            var occurrence = delivery(
                    "msg_" + entries.size(),
                    pieces.get(random.nextInt(pieces.size())).repeat(random.nextInt(4000)));
            if (!window.hasRoomFor(occurrence.weight())) {
                break;
            }
            window = window.with(occurrence.weight());
            entries.add(occurrence.entry());
        }
        var payload = Window.payload(entries);

        assertThat(entries).hasSizeGreaterThan(5);
        assertThat(Utf8.length(payload)).isLessThanOrEqualTo(Window.WEIGHT_MAX + 2);
        assertThat(Json.bytes(SubmissionDocument.ofPipeline("n", "p", payload)).length)
                .isLessThanOrEqualTo(Window.WEIGHT_MAX + 200);
        assertThat(Json.read(payload, JsonNode.class)).hasSize(entries.size());
    }

    @Test
    void aPayloadHasEachWithItsName() {
        var record = RecordRange.of("shop.paid", "id", 2, 7);
        var payload = Json.read(
                Window.payload(List.of(
                        delivery("msg_1", "{\"a\": \"b\"}").entry(),
                        Occurrence.ofRecord(record, RUN, NOON, null, "text", null)
                                .entry())),
                JsonNode.class);

        assertThat(payload.at("/0/id").asText()).isEqualTo("msg_1");
        assertThat(payload.at("/0/body").asText()).isEqualTo("{\"a\": \"b\"}");
        assertThat(payload.at("/1/topic").asText()).isEqualTo("shop.paid");
        assertThat(payload.at("/1/partition").asInt()).isEqualTo(2);
        assertThat(payload.at("/1/offset").asLong()).isEqualTo(7);
        assertThat(payload.at("/1/timestamp").asText()).isEqualTo("2026-11-25T12:00:00Z");
        assertThat(payload.get(1).has("key")).isFalse();
        assertThat(payload.at("/1/value").asText()).isEqualTo("text");
    }

    @Test
    void rangesAreOnePerPartition() {
        assertThat(Window.ranges(List.of(
                        RecordRange.of("t", "id", 1, 4),
                        RecordRange.of("t", "id", 0, 9),
                        RecordRange.of("t", "id", 1, 6))))
                .containsExactly(new RecordRange("t", "id", 1, 4, 6), RecordRange.of("t", "id", 0, 9))
                .extracting(RecordRange::toString)
                .containsExactly("t-1@4..6", "t-0@9");
    }

    @Test
    void aTriggerIsReadAsItIsPrinted() {
        var trigger = new TriggerId("finance", "gdp", Door.KAFKA, "paid");

        assertThat(trigger).hasToString("finance/gdp/kafka/paid");
        assertThat(TriggerId.parse("finance/gdp/kafka/paid")).isEqualTo(trigger);
    }
}
