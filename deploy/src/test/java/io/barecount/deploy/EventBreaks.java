package io.barecount.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What an AsyncAPI document promised and its successor does not: topics, events, and what is in them. */
final class EventBreaks {
    private EventBreaks() {}

    /** Each as one line that begins with the topic or the event. */
    static List<String> between(String before, String after) {
        var found = new ArrayList<String>();
        var was = Published.yaml(before);
        var is = Published.yaml(after);
        was.path("channels").properties().forEach(channel -> {
            var now = is.path("channels").path(channel.getKey());
            if (now.isMissingNode()) {
                found.add(channel.getKey() + ": the topic is gone");
                return;
            }
            channel.getValue().path("messages").fieldNames().forEachRemaining(event -> {
                if (!now.path("messages").has(event)) {
                    found.add(channel.getKey() + ": the event " + event + " is gone");
                }
            });
        });
        was.at("/components/messages").properties().forEach(message -> {
            var now = is.at("/components/messages").path(message.getKey());
            if (!now.isMissingNode()) {
                for (var part : List.of("headers", "payload")) {
                    found.addAll(parts(message.getKey(), part, message.getValue(), was, now, is));
                }
            }
        });
        return found;
    }

    private static List<String> parts(
            String event, String part, JsonNode before, JsonNode was, JsonNode after, JsonNode is) {
        return SchemaBreaks.between(
                part.equals("payload") ? event : event + " " + part, before.path(part), was, after.path(part), is);
    }
}
