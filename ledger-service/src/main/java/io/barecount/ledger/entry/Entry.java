package io.barecount.ledger.entry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.MalformedEvent;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.run.RunEvent;
import io.barecount.contracts.submission.SubmissionEvent;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * A record on its way into the log: its leaf, and what the log's index says of it.
 *
 * @param leafHash RFC 6962, section 2.1
 * @param fact digest of all but the record's place, by which a record that its producer sent again after a crash is recognised; null
 *     for a record without an id of its own, which is never taken for a repeat
 * @param id the event's; null without one
 * @param type the event's; null without one
 * @param run null if it is about none, or about nothing known
 * @param time the event's own, else the broker's
 * @param event null if the record is none of ours
 * @param notAnEvent why; null for an event
 */
public record Entry(
        Arrival arrival,
        Leaf leaf,
        byte[] leafHash,
        byte[] fact,
        String id,
        String type,
        RunId run,
        Instant time,
        Event<?> event,
        String notAnEvent) {
    private static final String DEAD_LETTERS = ".dlq";
    private static final int INDEXED_CHARACTERS_MAX = 200;

    public static Entry of(Arrival arrival) {
        var leaf = Leaf.of(arrival);
        var headers = headers(arrival);
        Event<?> event = null;
        RunId run = null;
        String notAnEvent = null;
        try {
            event = event(arrival, headers);
            run = runOf(event);
        } catch (MalformedEvent e) {
            event = null;
            run = runOfKey(arrival);
            notAnEvent = e.getMessage();
        }
        return new Entry(
                arrival,
                leaf,
                MerkleTree.leafHash(leaf.bytes()),
                hasAnIdOfItsOwn(arrival, headers) ? fact(arrival) : null,
                indexed(headers.get("ce_id")),
                indexed(headers.get("ce_type")),
                run,
                event == null ? arrival.time() : event.time(),
                event,
                notAnEvent);
    }

    /** As {@code <topic>-<partition>@<offset>}. */
    public String place() {
        return arrival.topic() + "-" + arrival.partition() + "@" + arrival.offset();
    }

    private static Event<?> event(Arrival arrival, Map<String, String> headers) {
        var topic = Topic.named(arrival.topic())
                .orElseThrow(() -> new MalformedEvent("topic", "no topic of events: " + arrival.topic()));
        return EventCodec.decode(topic, headers, arrival.value());
    }

    private static Map<String, String> headers(Arrival arrival) {
        var headers = new HashMap<String, String>();
        for (var header : arrival.headers()) {
            if (header.value() != null) {
                headers.put(header.name(), new String(header.value(), UTF_8));
            }
        }
        return headers;
    }

    /** CloudEvents: source and id name an event. A dead letter's name is the place where its record stood. */
    private static boolean hasAnIdOfItsOwn(Arrival arrival, Map<String, String> headers) {
        return (headers.containsKey("ce_id") && headers.containsKey("ce_source"))
                || (arrival.topic().endsWith(DEAD_LETTERS) && headers.containsKey("dead-letter-offset"));
    }

    /** Each part with its length before it, so that no two records share a digest by how they are cut. */
    private static byte[] fact(Arrival arrival) {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        add(sha256, arrival.topic().getBytes(UTF_8));
        add(sha256, arrival.key());
        add(sha256, arrival.value());
        for (var header : arrival.headers()) {
            add(sha256, header.name().getBytes(UTF_8));
            add(sha256, header.value());
        }
        return sha256.digest();
    }

    private static void add(MessageDigest sha256, byte[] part) {
        sha256.update(
                ByteBuffer.allocate(4).putInt(part == null ? -1 : part.length).array());
        if (part != null) {
            sha256.update(part);
        }
    }

    private static String indexed(String header) {
        return header == null || header.length() > INDEXED_CHARACTERS_MAX || header.indexOf('\0') >= 0 ? null : header;
    }

    private static RunId runOfKey(Arrival arrival) {
        try {
            return arrival.key() == null ? null : RunId.parse(new String(arrival.key(), UTF_8));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static RunId runOf(Event<?> event) {
        var run = switch (event.data()) {
            case SubmissionEvent.Submitted submitted -> submitted.run();
            case ManifestEvent manifest -> manifest.run();
            case DecisionEvent decision -> decision.run();
            case DispatchEvent dispatch -> run(dispatch.attempt());
            case ExecutionEvent execution -> run(execution.attempt());
            case RunEvent ofRun -> ofRun.run();
            case null, default -> null;
        };
        if (run == null) {
            throw new MalformedEvent("value", "the event names no run");
        }
        return run;
    }

    private static RunId run(AttemptId attempt) {
        return attempt == null ? null : attempt.run();
    }
}
