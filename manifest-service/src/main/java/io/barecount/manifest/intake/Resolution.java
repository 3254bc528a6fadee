package io.barecount.manifest.intake;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.manifest.validation.ManifestReader;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/** What a submission comes to: exactly what will run, or why nothing will. One function for every door. */
public sealed interface Resolution {
    record Resolved(RunSpec spec) implements Resolution {}

    /** @param namespace and {@code pipeline}: null where they could not be read */
    record Refused(String namespace, String pipeline, List<Violation> violations) implements Resolution {}

    /** Registered pipelines. */
    @FunctionalInterface
    interface Registry {
        Optional<Manifest> latest(String namespace, String pipeline);
    }

    static Resolution of(SubmissionDocument document, Registry registry) {
        if (document.manifest() != null) {
            var reading = ManifestReader.read(document.manifest());
            return reading.manifest() == null
                    ? new Refused(reading.namespace(), reading.name(), reading.violations())
                    : resolve(reading.manifest(), document);
        }
        return registry.latest(document.namespace(), document.pipeline())
                .map(manifest -> resolve(manifest, document))
                .orElseGet(() -> new Refused(
                        document.namespace(),
                        document.pipeline(),
                        List.of(new Violation(
                                "pipeline-unknown",
                                "/pipeline",
                                0,
                                0,
                                "there is no pipeline " + document.pipeline() + " in namespace " + document.namespace(),
                                "register it with PUT /pipelines/" + document.namespace() + "/"
                                        + document.pipeline()))));
    }

    private static Resolution resolve(Manifest manifest, SubmissionDocument document) {
        var declared = manifest.spec().workload().parameters();
        var unknown = document.parameters().keySet().stream()
                .filter(name -> !declared.containsKey(name))
                .sorted()
                .map(name -> new Violation(
                        "unknown-parameter",
                        "/parameters/" + name,
                        0,
                        0,
                        "the pipeline declares no parameter " + name,
                        "declared: " + declared.keySet().stream().sorted().toList()))
                .toList();
        if (!unknown.isEmpty()) {
            return new Refused(manifest.namespace(), manifest.name(), unknown);
        }
        var parameters = new HashMap<>(declared);
        parameters.putAll(document.parameters());
        return new Resolved(new RunSpec(manifest, parameters, document.payload()));
    }
}
