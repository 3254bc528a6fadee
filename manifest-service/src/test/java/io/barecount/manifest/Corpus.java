package io.barecount.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.barecount.contracts.event.Json;
import io.barecount.manifest.validation.PublishedSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Bad manifests, made from good ones by breaking each rule of the published schema alone, wherever it applies. */
public final class Corpus {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonNode SCHEMA = Json.read(PublishedSchema.text(PublishedSchema.PIPELINE), JsonNode.class);

    /** @param rule unique: where in the schema, and what of it is broken */
    public record Broken(String rule, JsonNode manifest) {
        /** JSON, a value on each line, so that places can be told apart. */
        public String text() {
            return manifest.toPrettyString();
        }

        @Override
        public String toString() {
            return rule;
        }
    }

    private final Map<String, JsonNode> broken = new LinkedHashMap<>();
    private final JsonNode good;

    private Corpus(JsonNode good) {
        this.good = good;
    }

    /** Good ones that have every field between them. */
    public static List<JsonNode> good(String namespace, String name) {
        return goodTexts(namespace, name).stream().map(Corpus::yaml).toList();
    }

    public static List<Broken> broken(String namespace, String name) {
        var all = new LinkedHashMap<String, JsonNode>();
        for (var each : good(namespace, name)) {
            var corpus = new Corpus(each);
            corpus.breakAll(each, SCHEMA, "", "");
            corpus.broken.forEach(all::putIfAbsent);
        }
        return all.entrySet().stream()
                .map(entry -> new Broken(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static List<String> goodTexts(String namespace, String name) {
        var lambda = Manifests.valid(namespace, name);
        var workload = "runtime: java-21";
        return List.of(
                lambda.replace("labels: {tier: gold}", "labels: {tier: gold}\n  annotations: {note: x}")
                        .replace(
                                workload,
                                "runtime: java-21\n    entryPoint: Main\n    secrets: {TOKEN: \"secretsmanager:a/b\"}")
                        .replace(
                                "{memoryMiB: 512}",
                                "{memoryMiB: 512, architecture: arm64}\n    scaling: {min: 0, max: 4}")
                        .replace(
                                "execution: {timeout: PT10M}",
                                "execution: {timeout: PT10M, idempotent: true, onDoubt: redispatch, priority: high,"
                                        + " preemptible: true, queueTimeout: PT1H, startTimeout: PT5M,"
                                        + " retries: {max: 2, \"on\": [not-started], backoff: PT2S, maxBackoff: PT10S}}\n"
                                        + "  cost: {expectedRuntime: PT1M, maxPerRun: {amount: \"1.00\", currency: EUR}}"),
                lambda.replace(
                        "{name: orders, secret: \"file:orders-webhook\"}",
                        "{name: orders, secret: \"file:orders-webhook\", maxPerMinute: 60, filter: body.total > 7, signature: {scheme: hmac,"
                                + " header: X-Sig, prefix: \"v1=\", encoding: hex, signs: \"{timestamp}.{body}\","
                                + " idHeader: X-Id, timestampHeader: X-Time}}\n"
                                + "    - schedule: {cron: \"0 3 * * *\", timezone: Europe/Berlin, missed: last, concurrency: forbid,"
                                + " startDeadline: PT1H, jitter: PT5M, parameters: {quarter: 2026Q1}}\n"
                                + "    - after: {pipeline: upstream, \"on\": succeeded}"),
                lambda.replace(
                        "{name: orders, secret: \"file:orders-webhook\"}",
                        "{name: orders, secret: \"file:orders-webhook\", batch: {events: 10, within: PT5S}}\n"
                                + "    - kafka: {name: paid, topic: " + namespace
                                + ".paid, from: earliest, maxPerMinute: 60, filter: key != '',"
                                + " batch: {records: 10, within: PT5S}}"),
                lambda.replace(
                        "slices: [DE, FR, IT]",
                        "range: {from: 1, to: 9, step: 2}\n    toleratedFailures: 1\n    toleratedPercent: 10"),
                lambda.replace(
                        "slices: [DE, FR, IT]",
                        "partitions: {input: gdp-raw, count: 4}\n    ordered: true\n    parallelism: 1"),
                lambda.replace("slices: [DE, FR, IT]", "count: 5\n    only: \"0,2..3\""),
                lambda.replace(
                        "type: lambda\n    lambda: {memoryMiB: 512}",
                        "type: fargate\n    fargate: {cpu: 256, memoryMiB: 512, spot: true}"),
                lambda.replace(
                        "type: lambda\n    lambda: {memoryMiB: 512}",
                        "type: glue\n    glue: {workerType: G.1X, workers: 2}"),
                lambda.replace(
                        "type: lambda\n    lambda: {memoryMiB: 512}",
                        "type: ec2\n    ec2: {instanceType: m7g.large, memoryMiB: 4096}"),
                lambda.replace(
                        "type: lambda\n    lambda: {memoryMiB: 512}",
                        "type: onprem\n    onprem: {cpu: 2, memoryMiB: 512, diskMiB: 64}"));
    }

    private static JsonNode yaml(String text) {
        try {
            return YAML.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode resolved(JsonNode schema) {
        return schema.has("$ref") ? SCHEMA.at(schema.path("$ref").asText().substring(1)) : schema;
    }

    private void breakAll(JsonNode value, JsonNode reference, String pointer, String place) {
        var schema = resolved(reference);
        var type = schema.path("type").asText();
        if (!pointer.isEmpty()) {
            put(place, "null", pointer, Json.mapper().nullNode());
            put(place, "another type", pointer, another(value));
        }
        schema.path("required").forEach(field -> drop(place, pointer, field.asText()));
        if (schema.has("enum")) {
            put(place, "none of those allowed", pointer, text("nonsense"));
            if (value.isTextual()) {
                put(
                        place,
                        "another case",
                        pointer,
                        text(
                                value.asText().toUpperCase(Locale.ROOT).equals(value.asText())
                                        ? value.asText().toLowerCase(Locale.ROOT)
                                        : value.asText().toUpperCase(Locale.ROOT)));
            }
        }
        if (schema.has("const")) {
            put(place, "not the constant", pointer, text("nonsense"));
        }
        if (schema.has("pattern")) {
            for (var form : List.of("§ " + value.asText(), "\u0007" + value.asText(), " " + value.asText())) {
                if (!form.matches(schema.path("pattern").asText())) {
                    put(place, "another form", pointer, text(form));
                }
            }
            put(place, "with a line feed", pointer, text(value.asText() + "\n"));
            if (!"".matches(schema.path("pattern").asText())
                    || schema.path("minLength").asInt() > 0) {
                put(place, "empty", pointer, text(""));
            }
        }
        if (schema.has("minimum")) {
            put(place, "too small", pointer, number(schema.path("minimum").asLong() - 1));
            put(
                    place,
                    "no whole number",
                    pointer,
                    Json.mapper().getNodeFactory().numberNode(1.5));
        }
        if (schema.has("maximum")) {
            put(place, "too large", pointer, number(schema.path("maximum").asLong() + 1));
        }
        if (schema.has("maxLength")) {
            put(
                    place,
                    "too long",
                    pointer,
                    text("x".repeat(schema.path("maxLength").asInt() + 1)));
        }
        if (schema.has("minItems") && value.isArray()) {
            put(place, "too few", pointer, Json.mapper().createArrayNode());
        }
        if (schema.path("uniqueItems").asBoolean() && value.isArray() && !value.isEmpty()) {
            put(place, "twice the same", pointer, ((ArrayNode) value.deepCopy()).add(value.get(0)));
        }
        if (value.isObject() && (type.isEmpty() || type.equals("object"))) {
            if (schema.path("additionalProperties").isBoolean()) {
                var more = (ObjectNode) value.deepCopy();
                more.put("noSuchField", 1);
                put(place, "a field that is none", pointer, more);
            }
            value.properties().forEach(field -> {
                var of = schema.path("properties").path(field.getKey());
                var known = of.isMissingNode() ? schema.path("additionalProperties") : of;
                if (known.isObject()) {
                    breakAll(
                            field.getValue(),
                            known,
                            pointer + "/" + field.getKey(),
                            place + "/" + (of.isMissingNode() ? "*" : field.getKey()));
                }
            });
        }
        if (value.isArray() && !value.isEmpty() && schema.path("items").isObject()) {
            for (var i = 0; i < value.size(); i++) {
                breakAll(value.get(i), schema.path("items"), pointer + "/" + i, place + "/-");
            }
        }
    }

    private static JsonNode another(JsonNode value) {
        return value.isObject()
                ? text("text")
                : value.isTextual()
                        ? Json.mapper().createArrayNode()
                        : Json.mapper().createObjectNode();
    }

    private static JsonNode text(String text) {
        return Json.mapper().getNodeFactory().textNode(text);
    }

    private static JsonNode number(long number) {
        return Json.mapper().getNodeFactory().numberNode(number);
    }

    private void drop(String place, String pointer, String field) {
        var changed = good.deepCopy();
        if (((ObjectNode) changed.at(pointer)).remove(field) != null) {
            broken.putIfAbsent(place + "/" + field + ": missing", changed);
        }
    }

    private void put(String place, String what, String pointer, JsonNode value) {
        if (pointer.isEmpty()) {
            if (value.isObject()) {
                broken.putIfAbsent("/: " + what, value);
            }
            return;
        }
        var changed = good.deepCopy();
        var cut = pointer.lastIndexOf('/');
        var parent = changed.at(pointer.substring(0, cut));
        var key = pointer.substring(cut + 1);
        if (parent instanceof ArrayNode list) {
            list.set(Integer.parseInt(key), value);
        } else {
            ((ObjectNode) parent).set(key, value);
        }
        broken.putIfAbsent(place + ": " + what, changed);
    }

    /** Texts that are made to harm whoever reads them, and that can't be taken apart. */
    public static List<String> hostile() {
        var hostile = new ArrayList<String>();
        hostile.add("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n");
        hostile.add("[".repeat(100_000));
        hostile.add("{\"a\":".repeat(50_000));
        hostile.add("- ".repeat(20_000) + "x");
        hostile.add("a: !!javax.script.ScriptEngineManager [x]\n");
        hostile.add("apiVersion: !ruby/object:Gem::Installer x\n");
        hostile.add("a: {b: 1\n");
        hostile.add("a: b\n--- \nc: d\n");
        hostile.add("<<: *nothing\n");
        hostile.add("a: \u0000\n");
        hostile.add("\t- x\n");
        hostile.add("\"unclosed\n");
        hostile.add("x".repeat(300_000));
        hostile.add("{\"a\": 1e999999999}");
        hostile.add("{\"a\": NaN}");
        return List.copyOf(hostile);
    }
}
