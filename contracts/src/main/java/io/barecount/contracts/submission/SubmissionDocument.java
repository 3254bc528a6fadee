package io.barecount.contracts.submission;

import java.util.Map;

/**
 * What a submission says: either a whole manifest, as text, or the name of a registered pipeline; with parameters and a payload for
 * this one run.
 *
 * @param manifest YAML or JSON text of a manifest; null if a pipeline is named
 * @param namespace of the named pipeline; null with a manifest
 * @param pipeline name of a registered pipeline; null with a manifest
 * @param parameters override the manifest's parameters of the same names
 * @param payload handed to the workload as a file, such as a webhook's body; may be null
 */
public record SubmissionDocument(
        String manifest, String namespace, String pipeline, Map<String, String> parameters, String payload) {
    public SubmissionDocument {
        parameters = parameters == null ? Map.of() : Map.copyOf(parameters);
    }

    public static SubmissionDocument ofManifest(String manifest) {
        return new SubmissionDocument(manifest, null, null, Map.of(), null);
    }

    public static SubmissionDocument ofPipeline(String namespace, String pipeline, String payload) {
        return new SubmissionDocument(null, namespace, pipeline, Map.of(), payload);
    }
}
