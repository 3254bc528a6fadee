package io.barecount.manifest.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.event.MalformedEvent;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.contracts.submission.SubmissionEvent.Submitted;
import io.barecount.contracts.submission.SubmissionIdentity;
import io.barecount.manifest.intake.Documents;
import io.barecount.manifest.intake.Resolution;
import io.barecount.manifest.intake.SubmissionInput;
import io.barecount.manifest.intake.SubmissionState;
import io.barecount.manifest.source.Unreadable;
import io.barecount.manifest.store.Pipelines;
import io.barecount.messaging.outbox.DeadLetter;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Takes submissions from their topic: our own, and those of publishers, who may send CloudEvents (binary or structured) or plain records.
 *
 * <p>A publisher's submission is named by its CloudEvents id, or by its place on the topic: a repeat makes no second run.
 */
@ApplicationScoped
class SubmissionsChannel {
    private static final String OURS = EventTypes.typeOf(Submitted.class);
    private static final String STRUCTURED = "application/cloudevents+json";

    private final Stage<SubmissionState, SubmissionInput> submissions;
    private final Pipelines pipelines;

    SubmissionsChannel(Stage<SubmissionState, SubmissionInput> submissions, Pipelines pipelines) {
        this.submissions = submissions;
        this.pipelines = pipelines;
    }

    @Incoming("submissions")
    @RunOnVirtualThread
    void take(ConsumerRecords<String, byte[]> batch) {
        submissions.processRaw(batch, this::input);
    }

    private List<Input<SubmissionInput>> input(ConsumerRecord<String, byte[]> record) {
        var headers = DeadLetter.headers(record);
        if (OURS.equals(headers.get("ce_type"))) {
            var event = Stage.decode(record);
            return List.of(input((Submitted) event.data(), event.id(), event.traceparent()));
        }
        if (record.value() == null) {
            throw new MalformedEvent("value", "a submission has a body, found none");
        }
        var id = headers.get("ce_id");
        var source = headers.getOrDefault("ce_source", "");
        var body = new String(record.value(), StandardCharsets.UTF_8);
        if (headers.getOrDefault("content-type", "").startsWith(STRUCTURED)) {
            var envelope = structured(body);
            id = envelope.path("id").asText(null);
            source = envelope.path("source").asText("");
            var data = envelope.path("data");
            body = data.isTextual() ? data.asText() : Json.text(data);
        }
        var run = id == null
                ? SubmissionIdentity.ofPlace(record.topic(), record.partition(), record.offset())
                : SubmissionIdentity.ofEvent(source, id);
        return List.of(input(
                new Submitted(run, Door.KAFKA, "kafka", Instant.ofEpochMilli(record.timestamp()), document(body)),
                run.value(),
                headers.get("traceparent")));
    }

    private Input<SubmissionInput> input(Submitted submitted, UUID cause, String traceparent) {
        return new Input<>(
                submitted.run().toString(),
                new SubmissionInput.Taken(submitted, Resolution.of(submitted.body(), pipelines)),
                cause,
                traceparent);
    }

    private static JsonNode structured(String body) {
        try {
            return Json.read(body, JsonNode.class);
        } catch (IllegalArgumentException e) {
            throw new MalformedEvent("value", "no structured CloudEvent: " + e.getMessage());
        }
    }

    private static SubmissionDocument document(String body) {
        try {
            return Documents.parse(body);
        } catch (Unreadable e) {
            var violation = e.violation();
            throw new MalformedEvent(
                    "value",
                    violation.code() + " at line " + violation.line() + ", column " + violation.column() + ": "
                            + violation.message() + "; " + violation.hint());
        }
    }
}
