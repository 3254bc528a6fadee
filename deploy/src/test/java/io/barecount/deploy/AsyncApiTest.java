package io.barecount.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.barecount.contracts.Topic;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** docs/asyncapi.yaml is written from the topics and events that the code declares. */
class AsyncApiTest {
    private static final Path DOCUMENT = Project.HOME.resolve("docs/asyncapi.yaml");
    private static final String HEADERS = "#/components/schemas/headers";
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .disable(YAMLGenerator.Feature.SPLIT_LINES));

    /** {@code -Dbarecount.write-docs=true} writes it, unless that would break those who rely on it. */
    @Test
    void theDocumentIsWhatTheCodeDeclares() throws IOException {
        Published.hold(DOCUMENT, YAML.writeValueAsString(document()), EventBreaks::between);
    }

    @Test
    void everyEventAndEveryTopicIsInIt() {
        var document = document();

        assertThat(document.at("/components/messages"))
                .hasSameSizeAs(EventTypes.all().keySet());
        assertThat(document.at("/channels")).hasSameSizeAs(Topic.layouts(3));
    }

    static ObjectNode document() {
        var document = Json.mapper().createObjectNode().put("asyncapi", "3.0.0");
        document.putObject("info")
                .put("title", "BareCount Runners")
                .put("version", "1.0.0")
                .put(
                        "description",
                        "All that passes between the services: CloudEvents 1.0 in Kafka's binary mode. Written from the code.");
        document.put("defaultContentType", "application/json");
        var channels = document.putObject("channels");
        var messages = Json.mapper().createObjectNode();
        var schemas = new EventSchemas(Json.mapper());
        var layouts = new TreeMap<String, Topic.Layout>();
        Topic.layouts(3).forEach(layout -> layouts.put(layout.name(), layout));
        for (var topic : Topic.values()) {
            var channel = channel(channels, layouts.get(topic.topicName()), "Keyed by " + topic.key() + ".");
            var carried = channel.putObject("messages");
            for (var event : EventTypes.family(topic).getPermittedSubclasses()) {
                var type = EventTypes.typeOf(event);
                var name = type.substring("barecount.".length());
                carried.putObject(name).put("$ref", "#/components/messages/" + name);
                var message = messages.putObject(name).put("name", type);
                message.putObject("headers").put("$ref", HEADERS);
                message.set("payload", schemas.reference(event));
            }
            if (layouts.containsKey(topic.deadLetterName())) {
                channel(
                        channels,
                        layouts.get(topic.deadLetterName()),
                        "Records of " + topic.topicName()
                                + " that could not be processed, as they came, with the cause in headers that begin with dead-letter-.");
            }
        }
        var components = document.putObject("components");
        components.set("messages", messages);
        var all = components.putObject("schemas");
        all.set("headers", headers());
        schemas.named().forEach(all::set);
        return document;
    }

    private static ObjectNode channel(ObjectNode channels, Topic.Layout layout, String description) {
        var channel =
                channels.putObject(layout.name()).put("address", layout.name()).put("description", description);
        var kafka = channel.putObject("bindings").putObject("kafka");
        kafka.put("topic", layout.name()).put("partitions", layout.partitions()).put("replicas", layout.replicas());
        var configuration = kafka.putObject("topicConfiguration");
        configuration.putArray("cleanup.policy").add(layout.settings().get("cleanup.policy"));
        configuration.put("retention.ms", Long.parseLong(layout.settings().get("retention.ms")));
        configuration.put(
                "max.message.bytes", Integer.parseInt(layout.settings().get("max.message.bytes")));
        kafka.put("bindingVersion", "0.5.0");
        return channel;
    }

    private static ObjectNode headers() {
        var headers = Json.mapper().createObjectNode().put("type", "object");
        headers.putArray("required")
                .add("ce_specversion")
                .add("ce_id")
                .add("ce_source")
                .add("ce_type")
                .add("ce_subject")
                .add("ce_time")
                .add("ce_namespace")
                .add("ce_sequence")
                .add("traceparent")
                .add("content-type");
        var properties = headers.putObject("properties");
        Map.of(
                        "ce_specversion", "always 1.0",
                        "ce_id", "derived from its cause: a repeated event has the same",
                        "ce_source", "the service that says it",
                        "ce_type", "name of the message",
                        "ce_subject", "the run or attempt that it is about",
                        "ce_time", "when it was decided",
                        "ce_namespace", "the tenant; - where that can't be told",
                        "ce_cause", "id of the event that it follows from",
                        "ce_sequence", "its place among what its source says of this subject's aggregate",
                        "traceparent", "W3C trace context")
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(header -> properties
                        .putObject(header.getKey())
                        .put("type", "string")
                        .put("description", header.getValue()));
        properties.putObject("content-type").put("type", "string").put("const", "application/json");
        return headers;
    }
}
