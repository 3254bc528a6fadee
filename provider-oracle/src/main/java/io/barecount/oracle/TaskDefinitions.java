package io.barecount.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The families and their revisions. Not for several threads. */
final class TaskDefinitions {
    record Definition(String family, int revision, ObjectNode tree, JsonNode tags, Calls.Birth birth) {
        String arn() {
            return Region.arn("ecs", "task-definition/" + family + ":" + revision);
        }

        boolean active() {
            return tree.path("status").asText().equals("ACTIVE");
        }

        /** Of its first container, with what this request overrides. */
        Map<String, String> environment(JsonNode overrides) {
            var container = tree.path("containerDefinitions").path(0);
            var environment = pairs(container.path("environment"));
            for (var override : overrides.path("containerOverrides")) {
                if (override.path("name").equals(container.path("name"))) {
                    environment.putAll(pairs(override.path("environment")));
                }
            }
            return environment;
        }

        /** Of its first container. */
        List<String> command() {
            var container = tree.path("containerDefinitions").path(0);
            return Stream.of("entryPoint", "command")
                    .flatMap(part -> StreamSupport.stream(container.path(part).spliterator(), false))
                    .map(JsonNode::asText)
                    .toList();
        }

        private static Map<String, String> pairs(JsonNode list) {
            var pairs = new LinkedHashMap<String, String>();
            list.forEach(pair ->
                    pairs.put(pair.path("name").asText(), pair.path("value").asText()));
            return pairs;
        }
    }

    private final Map<String, List<Definition>> families = new LinkedHashMap<>();

    Definition register(JsonNode input, Calls.Birth birth) {
        var family = Trees.text(input, "family");
        if (family == null || input.path("containerDefinitions").isEmpty()) {
            throw JsonTargetApi.refused("ClientException", "Family and container definitions are required.");
        }
        var revisions = families.computeIfAbsent(family, ignored -> new ArrayList<>());
        ObjectNode tree = input.deepCopy();
        var definition = new Definition(family, revisions.size() + 1, tree, input.path("tags"), birth);
        definition.tree().remove("tags");
        definition
                .tree()
                .put("taskDefinitionArn", definition.arn())
                .put("revision", definition.revision())
                .put("status", "ACTIVE")
                .put("registeredAt", Trees.seconds(Instant.now()));
        definition.tree().set("compatibilities", Trees.texts(List.of("EC2", "FARGATE")));
        revisions.add(definition);
        return definition;
    }

    void deregister(Definition definition) {
        definition.tree().put("status", "INACTIVE").put("deregisteredAt", Trees.seconds(Instant.now()));
    }

    /** By ARN, by family:revision, or the latest active one of a family. */
    Definition find(String reference, Call call) {
        var name = reference == null ? "" : reference.substring(reference.lastIndexOf('/') + 1);
        var colon = name.indexOf(':');
        var revisions = families.getOrDefault(colon < 0 ? name : name.substring(0, colon), List.of());
        return revisions.reversed().stream()
                .filter(definition -> colon < 0
                        ? definition.active()
                        : String.valueOf(definition.revision()).equals(name.substring(colon + 1)))
                .filter(definition -> call.sees(definition.birth()))
                .findFirst()
                .orElseThrow(() -> JsonTargetApi.refused("ClientException", "Unable to describe task definition."));
    }
}
