package io.barecount.manifest.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.manifest.source.DocumentReader;
import io.barecount.manifest.source.Source;
import io.barecount.manifest.source.Unreadable;
import java.util.Set;
import java.util.TreeMap;

/** What a body says: a manifest itself, or a document that holds one or names a registered pipeline. */
public final class Documents {
    private static final Set<String> FIELDS = Set.of("manifest", "namespace", "pipeline", "parameters", "payload");

    private Documents() {}

    /** @throws Unreadable if it is neither */
    public static SubmissionDocument parse(String body) {
        var source = DocumentReader.read(body);
        var tree = source.tree();
        if (!tree.isObject()) {
            throw refused("", "a submission is an object, found a " + tree.getNodeType(), "send a manifest");
        }
        if (tree.has("kind") || tree.has("apiVersion") || tree.has("spec")) {
            return SubmissionDocument.ofManifest(body);
        }
        tree.fieldNames().forEachRemaining(field -> {
            if (!FIELDS.contains(field)) {
                throw refused(
                        "/" + field,
                        "a submission has no field " + field,
                        "send a manifest, or an object with "
                                + FIELDS.stream().sorted().toList());
            }
        });
        var parameters = new TreeMap<String, String>();
        tree.path("parameters")
                .fields()
                .forEachRemaining(field -> parameters.put(field.getKey(), text(field.getValue())));
        var payload = text(tree.get("payload"));
        if (tree.has("manifest")) {
            return new SubmissionDocument(text(tree.get("manifest")), null, null, parameters, payload);
        }
        if (!tree.has("namespace") || !tree.has("pipeline")) {
            throw refused(
                    "",
                    "a submission holds a manifest, or names a namespace and a pipeline; found neither",
                    "add the field manifest, or namespace and pipeline");
        }
        return new SubmissionDocument(
                null, text(tree.get("namespace")), text(tree.get("pipeline")), parameters, payload);
    }

    private static String text(JsonNode value) {
        return value == null || value.isNull() ? null : value.isValueNode() ? value.asText() : Json.text(value);
    }

    private static Unreadable refused(String pointer, String message, String hint) {
        return new Unreadable("no-submission", pointer, Source.Position.UNKNOWN, message, hint);
    }
}
