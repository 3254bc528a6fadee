package io.barecount.manifest.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.contracts.submission.SubmissionEvent.Submitted;
import io.barecount.contracts.submission.SubmissionIdentity;
import io.barecount.manifest.Manifests;
import io.barecount.manifest.document.Source;
import io.barecount.manifest.submission.Intake;
import io.barecount.manifest.submission.Reading;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ArrivalReaderTest {
    private static final String TOPIC = "barecount.submissions";
    private static final String GOOD = Manifests.valid("finance", "gdp");
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final RunId RUN = new RunId(UUID.fromString("0195fd1e-0000-7000-8000-000000000001"));

    private final ArrivalReader reader = new ArrivalReader(new Intake());

    @Test
    void anEventOfOursIsTakenAsItSays() {
        var document = SubmissionDocument.ofManifest(GOOD);
        var event = submitted(RUN, document);

        var arrival = reader.read(record(EventCodec.headers(event), EventCodec.value(event)));

        assertThat(arrival.run()).isEqualTo(RUN);
        assertThat(arrival.cause()).isEqualTo(event.id());
        assertThat(arrival.door()).isEqualTo(Door.WEBHOOK);
        assertThat(arrival.submitter()).isEqualTo("ann");
        assertThat(arrival.receivedAt()).isEqualTo(NOON);
        assertThat(arrival.traceparent()).isEqualTo(TRACE);
        assertThat(arrival.content()).isEqualTo(Digest.ofCanonical(document));
        assertThat(arrival.reading()).isInstanceOf(Reading.Legible.class);
    }

    @Test
    void anEventOfOursThatContradictsItselfIsUnreadable() {
        var event = submitted(RUN, SubmissionDocument.ofManifest(GOOD));
        var headers = new LinkedHashMap<>(EventCodec.headers(event));
        headers.put("ce_subject", UUID.randomUUID().toString());

        assertThat(reader.read(record(headers, EventCodec.value(event))).reading())
                .isInstanceOf(Reading.Illegible.class);
        assertThat(reader.read(record(EventCodec.headers(event), "{}".getBytes(StandardCharsets.UTF_8)))
                        .reading())
                .isInstanceOf(Reading.Illegible.class);
    }

    @Test
    void aCloudEventInBinaryModeIsNamedByItsId() {
        var id = UUID.randomUUID();
        var headers = Map.of(
                "ce_specversion",
                "1.0",
                "ce_id",
                id.toString(),
                "ce_source",
                "https://shop.example/orders",
                "ce_type",
                "example.order.paid",
                "traceparent",
                TRACE,
                "content-type",
                "application/yaml");

        var arrival = reader.read(record(headers, bytes(GOOD)));

        assertThat(arrival.run()).isEqualTo(new RunId(id));
        assertThat(arrival.submitter()).isEqualTo("https://shop.example/orders");
        assertThat(arrival.door()).isEqualTo(Door.KAFKA);
        assertThat(arrival.traceparent()).isEqualTo(TRACE);
        assertThat(arrival.receivedAt()).isNull();
        assertThat(document(arrival)).isEqualTo(SubmissionDocument.ofManifest(GOOD));
    }

    @Test
    void anIdThatIsNoUuidIsNamedTogetherWithItsSource() {
        var arrival = reader.read(record(Map.of("ce_id", "1-1-1-1-1", "ce_source", "shop"), bytes(GOOD)));

        assertThat(arrival.run()).isEqualTo(SubmissionIdentity.ofCloudEvent("shop", "1-1-1-1-1"));
        assertThat(arrival.run()).isNotEqualTo(SubmissionIdentity.ofCloudEvent("other", "1-1-1-1-1"));
    }

    @Test
    void aCloudEventInStructuredModeIsTaken() {
        var object = Source.read(GOOD, Source.SIZE_MAX).tree().toString();
        var head = "{\"specversion\":\"1.0\",\"id\":\"order-7\",\"source\":\"shop\",\"type\":\"x\",\"traceparent\":\""
                + TRACE + "\",";
        var headers = Map.of("content-type", "application/cloudevents+json; charset=utf-8");

        var withObject = reader.read(record(headers, bytes(head + "\"data\":" + object + "}")));
        var withText = reader.read(record(headers, bytes(head + "\"data\":" + Json.text(GOOD) + "}")));
        var withBase64 = reader.read(record(
                headers, bytes(head + "\"data_base64\":\"" + Base64.getEncoder().encodeToString(bytes(GOOD)) + "\"}")));

        for (var arrival : new Arrival[] {withObject, withText, withBase64}) {
            assertThat(arrival.run()).isEqualTo(SubmissionIdentity.ofCloudEvent("shop", "order-7"));
            assertThat(arrival.traceparent()).isEqualTo(TRACE);
            assertThat(arrival.reading()).isInstanceOf(Reading.Legible.class);
        }
        assertThat(document(withText).manifest()).isEqualTo(GOOD);
        assertThat(document(withObject).manifest()).isEqualTo(object);
    }

    @Test
    void aStructuredCloudEventWithoutDataIsUnreadable() {
        var headers = Map.of("content-type", "application/cloudevents+json");

        for (var value : new String[] {"{\"id\":\"a\",\"source\":\"b\"}", "{", "5", "{\"data_base64\":\"%%\"}"}) {
            assertThat(reader.read(record(headers, bytes(value))).reading()).isInstanceOf(Reading.Illegible.class);
        }
    }

    @Test
    void aPlainValueIsNamedByItsPlace() {
        var arrival = reader.read(record(Map.of(), bytes(GOOD)));

        assertThat(arrival.run()).isEqualTo(SubmissionIdentity.ofRecord(TOPIC, 2, 7));
        assertThat(arrival.submitter()).isEqualTo("kafka");
        assertThat(document(arrival)).isEqualTo(SubmissionDocument.ofManifest(GOOD));
    }

    @Test
    void nothingAtAllIsUnreadable() {
        assertThat(reader.read(record(Map.of(), null)).reading()).isInstanceOf(Reading.Illegible.class);
        assertThat(reader.read(record(Map.of(), new byte[0])).reading()).isInstanceOf(Reading.Illegible.class);
        assertThat(reader.read(record(Map.of("ce_type", "barecount.submissions.submitted"), null))
                        .reading())
                .isInstanceOf(Reading.Illegible.class);
    }

    private static SubmissionDocument document(Arrival arrival) {
        return ((Reading.Legible) arrival.reading()).document();
    }

    private static Event<Submitted> submitted(RunId run, SubmissionDocument document) {
        return new Event<>(
                UUID.randomUUID(),
                "/barecount/manifest-service",
                "barecount.submissions.submitted",
                run.toString(),
                NOON,
                "finance",
                null,
                1,
                TRACE,
                new Submitted(run, Door.WEBHOOK, "ann", NOON, document));
    }

    private static ConsumerRecord<String, byte[]> record(Map<String, String> headers, byte[] value) {
        var record = new ConsumerRecord<>(TOPIC, 2, 7, "key", value);
        headers.forEach((name, text) -> record.headers().add(name, bytes(text)));
        return record;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
