package io.barecount.manifest.kafka;

import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.TraceContext;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.RecordRange;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.contracts.submission.SubmissionIdentity;
import io.barecount.manifest.document.Utf8;
import io.barecount.manifest.filter.EventFilter;
import io.barecount.manifest.registry.Registry;
import io.barecount.manifest.store.WindowHandover;
import io.barecount.manifest.submission.Intake;
import io.barecount.manifest.submission.Reading;
import io.barecount.manifest.submission.SubmissionInput;
import io.barecount.manifest.submission.Verdict;
import io.barecount.manifest.subscription.Subscription;
import io.barecount.manifest.window.Occurrence;
import io.barecount.manifest.window.Window;
import io.barecount.messaging.outbox.DeadLetter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Judges records of topics that pipelines subscribe to, before anything of them is stored. */
final class SubscriptionReader {
    /** What a record is to become. */
    sealed interface Read {
        ConsumerRecord<String, byte[]> record();

        RecordRange place();

        record Single(ConsumerRecord<String, byte[]> record, RecordRange place, SubmissionInput.Submit submit)
                implements Read {}

        record Part(ConsumerRecord<String, byte[]> record, RecordRange place, Occurrence occurrence) implements Read {}

        /** @param reason why its filter could not be asked of it; null if it was, and said no */
        record Filtered(ConsumerRecord<String, byte[]> record, RecordRange place, String reason) implements Read {}

        record Dead(ConsumerRecord<String, byte[]> record, RecordRange place, Unfit cause) implements Read {}
    }

    private final Intake intake;
    private final Registry registry;

    SubscriptionReader(Intake intake, Registry registry) {
        this.intake = intake;
        this.registry = registry;
    }

    Read read(Subscription subscription, RecordRange place, ConsumerRecord<String, byte[]> record) {
        try {
            var payload = payload(record);
            var filtered = filtered(subscription, place, record, payload);
            if (filtered.isPresent()) {
                return filtered.get();
            }
            var id = subscription.id();
            var document = SubmissionDocument.ofPipeline(id.namespace(), id.pipeline(), payload);
            var run = SubmissionIdentity.ofSubscribed(id.toString(), place);
            var verdict = switch (intake.of(document)) {
                case Reading.Legible reading -> valid(intake.judge(reading, registry, Instant.now()));
                case Reading.Illegible unreadable ->
                    throw new Unfit(unreadable.violations().getFirst().message());
            };
            if (subscription.declared().batch() == null) {
                return new Read.Single(
                        record,
                        place,
                        new SubmissionInput.Submit(
                                run,
                                Digest.ofCanonical(document),
                                Door.KAFKA,
                                WindowHandover.submitter(id),
                                document,
                                verdict,
                                List.of(place)));
            }
            var occurrence = Occurrence.ofRecord(
                    place, run, Instant.ofEpochMilli(record.timestamp()), key(record), payload, traceparent(record));
            if (occurrence.weight() > Window.WEIGHT_MAX) {
                throw new Unfit("as an entry of a batch's payload it needs " + occurrence.weight() + " bytes, at most "
                        + Window.WEIGHT_MAX + " are allowed");
            }
            return new Read.Part(record, place, occurrence);
        } catch (Unfit unfit) {
            return new Read.Dead(record, place, unfit);
        }
    }

    private static Optional<Read> filtered(
            Subscription subscription, RecordRange place, ConsumerRecord<String, byte[]> record, String payload) {
        var filter = subscription.declared().filter();
        if (filter == null) {
            return Optional.empty();
        }
        var headers = DeadLetter.headers(record).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, header -> List.of(header.getValue())));
        var body = payload == null ? "null" : payload;
        var key = record.key() == null ? "" : record.key();
        return switch (EventFilter.of(filter).answer(body, headers, key)) {
            case EventFilter.Answer.Passes passes -> Optional.empty();
            case EventFilter.Answer.Stops stops -> Optional.of(new Read.Filtered(record, place, null));
            case EventFilter.Answer.Fails(var reason) -> Optional.of(new Read.Filtered(record, place, reason));
        };
    }

    private static String payload(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return null;
        }
        if (record.value().length > Intake.PAYLOAD_SIZE_MAX) {
            throw new Unfit(
                    "the value has " + record.value().length + " bytes, a payload at most " + Intake.PAYLOAD_SIZE_MAX);
        }
        return Utf8.decode(record.value()).orElseThrow(() -> new Unfit("the value is no UTF-8 text"));
    }

    /** The client puts U+FFFD where a key is no UTF-8; what could not travel on is replaced by the same. */
    private static String key(ConsumerRecord<String, byte[]> record) {
        return record.key() == null || Utf8.firstUnfit(record.key()).isEmpty()
                ? record.key()
                : record.key()
                        .codePoints()
                        .map(c -> Utf8.firstUnfit(Character.toString(c)).isPresent() ? 0xFFFD : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    private static Verdict.Valid valid(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Valid valid -> valid;
            case Verdict.Invalid invalid ->
                throw new Unfit(invalid.violations().stream()
                        .map(violation -> violation.pointer() + ": " + violation.message())
                        .collect(Collectors.joining("; ")));
        };
    }

    static String traceparent(ConsumerRecord<String, byte[]> record) {
        var header = DeadLetter.headers(record).get(EventCodec.TRACEPARENT);
        return TraceContext.isValid(header) ? header : null;
    }
}
