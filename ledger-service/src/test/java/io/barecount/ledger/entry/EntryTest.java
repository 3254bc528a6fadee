package io.barecount.ledger.entry;

import static io.barecount.ledger.Histories.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.EventTypes;
import io.barecount.ledger.Histories;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryTest {
    private static final RunId RUN = RunId.parse("018f3a7e-0000-7000-8000-000000000001");
    private static final Event<?> QUEUED = Histories.succeeding(RUN).get(3);

    @Test
    void anEventIsIndexedByItsRunTypeAndTime() {
        var entry = Entry.of(arrival(QUEUED, 7));

        assertThat(entry.index()).isEqualTo(new Index("barecount.runs.queued", RUN, QUEUED.time()));
        assertThat(entry.place()).hasToString("barecount.runs-1@7");
    }

    /** What read models are made of again is what they were made of at first. */
    @Test
    void everyEventIsReadBackFromItsLeaf() {
        for (var events : List.of(Histories.succeeding(RUN), Histories.denied(RUN), Histories.rejected(RUN))) {
            for (var event : events) {
                var entry = Entry.of(arrival(event, 1));

                var read = RecordedEvent.of(entry.leaf().bytes(), entry.leaf().payload());

                assertThat(read).contains(new RecordedEvent(RUN, event));
            }
        }
    }

    @Test
    void whatAProducerSentAgainIsTheSameFactAtAnotherPlace() {
        var first = Entry.of(arrival(QUEUED, 7));
        var again = Entry.of(arrival(QUEUED, 8));

        assertThat(again.fact()).isEqualTo(first.fact()).isNotNull();
        assertThat(again.leafHash()).isNotEqualTo(first.leafHash());
    }

    /** Who knows an event's id can't keep the event out of the log by sending something else under its id first. */
    @Test
    void aForeignRecordUnderTheSameIdIsAnotherFact() {
        var forged = record("barecount.runs", EventCodec.headers(QUEUED), "{}".getBytes(UTF_8));

        assertThat(Entry.of(forged).fact())
                .isNotEqualTo(Entry.of(arrival(QUEUED, 7)).fact());
    }

    @Test
    void aRecordWithoutAnIdIsNeverARepeat() {
        assertThat(Entry.of(record("barecount.submissions", Map.of(), "{}".getBytes(UTF_8)))
                        .fact())
                .isNull();
    }

    @Test
    void aDeadLetterIsKnownByThePlaceItComesFrom() {
        var headers = Map.of("dead-letter-topic", "barecount.runs", "dead-letter-offset", "3");

        var entry = Entry.of(record("barecount.runs.dlq", headers, "nonsense".getBytes(UTF_8)));

        assertThat(entry.fact()).isNotNull();
        assertThat(entry.index()).isEqualTo(new Index(null, RUN, null));
    }

    /** Event types whose required parts are missing, and values that are no such events at all. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", "3", "{\"run\":\"x\"}", "{\"attempt\":null}", "nonsense", ""})
    void whatIsNoEventIsAnEntryAllTheSame(String value) {
        for (var type : EventTypes.all().entrySet()) {
            var topic = EventTypes.topicOf(type.getValue());
            var headers = new HashMap<>(EventCodec.headers(QUEUED));
            headers.put("ce_type", type.getKey());

            var entry = Entry.of(record(topic.topicName(), headers, value.getBytes(UTF_8)));

            assertThat(RecordedEvent.of(entry.leaf().bytes(), entry.leaf().payload()))
                    .as(type.getKey())
                    .isEmpty();
            assertThat(entry.leaf().bytes()).isNotEmpty();
        }
    }

    @Test
    void whatAnIndexCantHoldStaysInTheLeafAlone() {
        var headers = Map.of("ce_type", "a\0b", "ce_time", "+1000000000-01-01T00:00:00Z");

        var entry = Entry.of(record("barecount.runs", headers, "{}".getBytes(UTF_8)));

        assertThat(entry.index()).isEqualTo(new Index(null, RUN, null));
        assertThat(new String(entry.leaf().bytes(), UTF_8)).contains("a\\u0000b");
    }

    private static Arrival arrival(Event<?> event, long offset) {
        var topic = EventTypes.topicOf(event.data().getClass()).topicName();
        var record = record(topic, EventCodec.headers(event), EventCodec.value(event));
        return new Arrival(topic, 1, offset, NOON, record.key(), record.headers(), record.value());
    }

    private static Arrival record(String topic, Map<String, String> headers, byte[] value) {
        var all = new ArrayList<Arrival.Header>();
        headers.forEach((name, text) -> all.add(new Arrival.Header(name, text.getBytes(UTF_8))));
        return new Arrival(topic, 1, 7, NOON, RUN.toString().getBytes(UTF_8), all, value);
    }
}
