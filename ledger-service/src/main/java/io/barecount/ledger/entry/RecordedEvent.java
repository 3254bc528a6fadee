package io.barecount.ledger.entry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.contracts.Topic;
import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.event.MalformedEvent;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.governance.GovernanceEvent;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.run.RunEvent;
import io.barecount.contracts.submission.SubmissionEvent;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The event that an entry holds, read back from its leaf: what read models are made of again. */
public record RecordedEvent(RunId run, Event<?> event) {

    /**
     * The event in this leaf.
     *
     * @param payload what is kept beside the leaf; null if nothing is, or it was erased
     * @return empty if the entry holds no event, or its data was erased
     */
    public static Optional<RecordedEvent> of(byte[] leaf, byte[] payload) {
        var node = Json.read(leaf, JsonNode.class);
        var topic = Topic.named(node.path("topic").asText());
        if (topic.isEmpty()) {
            return Optional.empty();
        }
        try {
            var headers = headers(node.path("headers"));
            var event = node.has("data")
                    ? EventCodec.decode(topic.get(), headers, node.get("data"))
                    : EventCodec.decode(topic.get(), headers, node.has("dataDigest") ? payload : null);
            return Optional.of(new RecordedEvent(runOf(event), event));
        } catch (MalformedEvent e) {
            return Optional.empty();
        }
    }

    private static RunId runOf(Event<?> event) {
        var run = switch (event.data()) {
            case SubmissionEvent.Submitted submitted -> submitted.run();
            case ManifestEvent manifest -> manifest.run();
            case DecisionEvent decision -> decision.run();
            case GovernanceEvent act -> run(act);
            case ControlEvent.RunPaused paused -> paused.run();
            case ControlEvent.RunResumed resumed -> resumed.run();
            case ControlEvent control -> null;
            case DispatchEvent dispatch ->
                dispatch.attempts().isEmpty() ? null : run(dispatch.attempts().get(0));
            case ExecutionEvent execution -> run(execution.attempt());
            case RunEvent ofRun -> ofRun.run();
            case null, default -> null;
        };
        if (run == null) {
            throw new MalformedEvent("value", "the event names no run");
        }
        return run;
    }

    /** Null for what was done to a document and not to a run. */
    private static RunId run(GovernanceEvent act) {
        return switch (act) {
            case GovernanceEvent.Approved approved -> approved.run();
            case GovernanceEvent.Refused refused -> refused.run();
            case GovernanceEvent.Revoked revoked -> revoked.run();
            case GovernanceEvent.Proposed proposed -> null;
            case GovernanceEvent.Promoted promoted -> null;
            case GovernanceEvent.Shadowed shadowed -> null;
            case GovernanceEvent.BoundaryRegistered registered -> null;
            case GovernanceEvent.BudgetSet budget -> null;
            case GovernanceEvent.ExemptionProposed proposed -> null;
            case GovernanceEvent.ExemptionGranted granted -> null;
            case GovernanceEvent.ExemptionEnded ended -> null;
        };
    }

    private static RunId run(AttemptId attempt) {
        return attempt == null ? null : attempt.run();
    }

    /** As {@link Entry} reads them: of several with one name, the last that has a value. */
    static Map<String, String> headers(JsonNode node) {
        var headers = new HashMap<String, String>();
        node.properties().forEach(field -> {
            if (field.getValue().isArray()) {
                field.getValue().forEach(value -> put(headers, field.getKey(), value));
            } else {
                put(headers, field.getKey(), field.getValue());
            }
        });
        return headers;
    }

    private static void put(Map<String, String> headers, String name, JsonNode value) {
        var text = text(value);
        if (text != null) {
            headers.put(name, text);
        }
    }

    /** Of a key or a header, as the leaf writes it; null if it has none. */
    static String text(JsonNode value) {
        if (value != null && value.has("base64")) {
            return new String(Base64.getDecoder().decode(value.get("base64").asText()), UTF_8);
        }
        return value == null ? null : value.textValue();
    }
}
