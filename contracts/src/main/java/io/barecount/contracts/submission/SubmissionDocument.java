package io.barecount.contracts.submission;

import io.barecount.contracts.proof.Envelope;
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
 * @param signature of the manifest, or of the registered pipeline's; may come without its payload; null where there is none, or the
 *     pipeline's own counts
 */
public record SubmissionDocument(
        String manifest,
        String namespace,
        String pipeline,
        Map<String, String> parameters,
        String payload,
        Envelope signature) {
    public SubmissionDocument {
        parameters = parameters == null ? Map.of() : Map.copyOf(parameters);
    }

    /** Without a signature. */
    public SubmissionDocument(
            String manifest, String namespace, String pipeline, Map<String, String> parameters, String payload) {
        this(manifest, namespace, pipeline, parameters, payload, null);
    }

    public SubmissionDocument withSignature(Envelope added) {
        return new SubmissionDocument(manifest, namespace, pipeline, parameters, payload, added);
    }

    public static SubmissionDocument ofManifest(String manifest) {
        return new SubmissionDocument(manifest, null, null, Map.of(), null);
    }

    public static SubmissionDocument ofPipeline(String namespace, String pipeline, String payload) {
        return new SubmissionDocument(null, namespace, pipeline, Map.of(), payload);
    }
}
