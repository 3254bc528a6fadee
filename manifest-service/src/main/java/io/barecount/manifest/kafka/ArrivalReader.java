package io.barecount.manifest.kafka;

import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.MalformedEvent;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionEvent.Submitted;
import io.barecount.contracts.submission.SubmissionIdentity;
import io.barecount.manifest.document.Source;
import io.barecount.manifest.document.Utf8;
import io.barecount.manifest.redaction.Quoted;
import io.barecount.manifest.submission.Intake;
import io.barecount.manifest.submission.Reading;
import io.barecount.messaging.outbox.DeadLetter;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Takes records apart: events of this platform, CloudEvents of others in binary mode ({@code ce_} headers) and in structured mode
 * ({@code content-type: application/cloudevents+json}), and values without any headers. Never throws for what is in a record.
 */
final class ArrivalReader {
    private static final Logger LOG = Logger.getLogger(ArrivalReader.class);
    private static final String OUR_TYPES = Topic.SUBMISSIONS.topicName() + ".";
    private static final String STRUCTURED = "application/cloudevents";
    /** The attribute of a CloudEvent that has the signature of its manifest, as {@code ManifestSignature} writes it. */
    private static final String SIGNATURE = "manifestsignature";

    private static final String NOBODY = "kafka";
    private static final int SUBMITTER_MAX = 200;

    private final Intake intake;

    ArrivalReader(Intake intake) {
        this.intake = intake;
    }

    Arrival read(ConsumerRecord<String, byte[]> record) {
        try {
            return readAny(record);
        } catch (RuntimeException e) {
            LOG.errorf(
                    e, "a record that nobody foresaw: %s-%d@%d", record.topic(), record.partition(), record.offset());
            return arrival(
                    record,
                    new Envelope(null, null, null),
                    Intake.unreadable(
                            "syntax",
                            "the record can't be taken apart: " + e.getClass().getName()));
        }
    }

    private Arrival readAny(ConsumerRecord<String, byte[]> record) {
        var headers = DeadLetter.headers(record);
        if (isOurs(headers)) {
            return readOurs(record, headers);
        }
        var envelope = new Envelope(headers.get("ce_source"), headers.get("ce_id"), traceparent(headers));
        var contentType = headers.getOrDefault(EventCodec.CONTENT_TYPE, "").toLowerCase(Locale.ROOT);
        if (record.value() != null && contentType.startsWith(STRUCTURED)) {
            return readStructured(record, envelope);
        }
        return arrival(
                record,
                envelope,
                intake.signed(
                        record.value() == null ? noValue() : intake.read(record.value()),
                        headers.get("ce_" + SIGNATURE)));
    }

    /** What a CloudEvent says of itself; all of it may be null. */
    private record Envelope(String source, String id, String traceparent) {
        RunId run(ConsumerRecord<String, byte[]> record) {
            return source == null || id == null || source.isEmpty() || id.isEmpty()
                    ? SubmissionIdentity.ofRecord(record.topic(), record.partition(), record.offset())
                    : SubmissionIdentity.ofCloudEvent(source, id);
        }
    }

    /** What one of the other doors told the topic; empty for a record that is none of its kind, or can't be read. */
    Optional<Submitted> told(ConsumerRecord<String, byte[]> record) {
        var headers = DeadLetter.headers(record);
        try {
            return isOurs(headers) ? Optional.of(submitted(record, headers).data()) : Optional.empty();
        } catch (MalformedEvent e) {
            return Optional.empty();
        }
    }

    private static boolean isOurs(Map<String, String> headers) {
        return headers.getOrDefault("ce_type", "").startsWith(OUR_TYPES);
    }

    @SuppressWarnings("unchecked")
    private static Event<Submitted> submitted(ConsumerRecord<String, byte[]> record, Map<String, String> headers) {
        var event = (Event<Submitted>) EventCodec.decode(Topic.SUBMISSIONS, headers, record.value());
        var submitted = event.data();
        if (submitted.run() == null
                || submitted.door() == null
                || submitted.submitter() == null
                || submitted.body() == null
                || !event.subject().equals(submitted.run().toString())) {
            throw new MalformedEvent("value", "run, door, submitter and body are needed, and the subject is the run");
        }
        return event;
    }

    private Arrival readOurs(ConsumerRecord<String, byte[]> record, Map<String, String> headers) {
        var envelope = new Envelope(null, null, traceparent(headers));
        try {
            var event = submitted(record, headers);
            var submitted = event.data();
            var reading = intake.of(submitted.body());
            return new Arrival(
                    submitted.run(),
                    event.id(),
                    event.traceparent(),
                    submitted.door(),
                    printable(submitted.submitter()),
                    submitted.receivedAt(),
                    reading instanceof Reading.Legible
                            ? Digest.ofCanonical(submitted.body())
                            : Digest.of(record.value()),
                    reading);
        } catch (MalformedEvent e) {
            return arrival(
                    record,
                    envelope,
                    Intake.unreadable("malformed-event", Quoted.printable(e.where()) + " is malformed"));
        }
    }

    private Arrival readStructured(ConsumerRecord<String, byte[]> record, Envelope outer) {
        var text = Utf8.decode(record.value());
        if (text.isEmpty()) {
            return arrival(record, outer, intake.read(record.value()));
        }
        var source = Source.read(text.get(), Intake.SIZE_MAX);
        if (!source.isReadable()) {
            return arrival(
                    record, outer, new Reading.Illegible(source.violations().toList()));
        }
        var event = source.tree();
        var envelope = new Envelope(
                event.path("source").asText(null),
                event.path("id").asText(null),
                event.path("traceparent").asText(outer.traceparent()));
        return arrival(
                record,
                envelope,
                intake.signed(readData(source), event.path(SIGNATURE).asText(null)));
    }

    private Reading readData(Source event) {
        var tree = event.tree();
        if (tree.path("data").isTextual()) {
            return intake.read(tree.path("data").asText());
        }
        if (tree.has("data")) {
            return intake.read(event.part("data"));
        }
        if (tree.path("data_base64").isTextual()) {
            try {
                return intake.read(
                        Base64.getDecoder().decode(tree.path("data_base64").asText()));
            } catch (IllegalArgumentException e) {
                return Intake.unreadable("syntax", "data_base64 is no Base64");
            }
        }
        return noValue();
    }

    private static Arrival arrival(ConsumerRecord<String, byte[]> record, Envelope envelope, Reading reading) {
        var run = envelope.run(record);
        return new Arrival(
                run,
                run.value(),
                envelope.traceparent(),
                Door.KAFKA,
                envelope.source() == null ? NOBODY : printable(envelope.source()),
                null,
                switch (reading) {
                    case Reading.Legible readable -> Digest.ofCanonical(readable.document());
                    case Reading.Illegible unreadable ->
                        Digest.of(record.value() == null ? new byte[0] : record.value());
                },
                reading);
    }

    private static Reading noValue() {
        return Intake.unreadable("syntax", "the record holds no data");
    }

    private static String traceparent(Map<String, String> headers) {
        return headers.getOrDefault(EventCodec.TRACEPARENT, headers.get("ce_traceparent"));
    }

    private static String printable(String text) {
        return Quoted.printable(text, SUBMITTER_MAX);
    }
}
