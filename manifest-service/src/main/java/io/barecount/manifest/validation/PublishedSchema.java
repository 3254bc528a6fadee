package io.barecount.manifest.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.manifest.document.Source;
import io.barecount.manifest.document.Violations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A JSON Schema (2020-12) of the contracts, compiled once. Safe for all threads. */
public final class PublishedSchema {
    /** The schema of a manifest. */
    public static final String PIPELINE = "pipeline-v1.schema.json";

    /** The schema of a submission. */
    public static final String SUBMISSION = "submission-v1.schema.json";

    private static final String BASE = "https://barecount.io/schemas/";
    private static final Map<String, String> TEXTS = Map.of(PIPELINE, load(PIPELINE), SUBMISSION, load(SUBMISSION));
    private static final Map<String, JsonNode> TREES = Map.of(
            PIPELINE, Json.read(TEXTS.get(PIPELINE), JsonNode.class),
            SUBMISSION, Json.read(TEXTS.get(SUBMISSION), JsonNode.class));
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry -> registry.schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .pathType(PathType.JSON_POINTER)
                            .preloadSchema(true)
                            .build())
                    .schemas(Map.of(BASE + PIPELINE, TEXTS.get(PIPELINE), BASE + SUBMISSION, TEXTS.get(SUBMISSION))));

    private final Schema schema;

    private PublishedSchema(String location) {
        schema = REGISTRY.getSchema(SchemaLocation.of(BASE + location));
    }

    public static PublishedSchema pipeline() {
        return new PublishedSchema(PIPELINE);
    }

    /** Of a submission that brings a manifest along; the manifest itself is not looked at. */
    public static PublishedSchema submissionWithManifest() {
        return new PublishedSchema(SUBMISSION + "#/$defs/withManifest");
    }

    /** Of a submission that names a registered pipeline. */
    public static PublishedSchema submissionWithPipeline() {
        return new PublishedSchema(SUBMISSION + "#/$defs/withPipeline");
    }

    /** The schema as it is published; null if there is none of this file name. */
    public static String text(String fileName) {
        return TEXTS.get(fileName);
    }

    static JsonNode tree(String fileName) {
        return TREES.get(fileName);
    }

    /** Adds all that the tree has against the schema. */
    public void check(Source source, Violations violations) {
        var errors = schema.validate(source.tree());
        for (var i = 0; i < errors.size(); i++) {
            if (violations.isFull()) {
                violations.addUntold(errors.size() - i);
                return;
            }
            SchemaFinding.of(errors.get(i), TREES).addTo(violations, source.spot());
        }
    }

    private static String load(String fileName) {
        try (var resource = Manifest.class.getResourceAsStream(fileName)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
