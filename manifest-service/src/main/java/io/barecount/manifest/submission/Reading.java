package io.barecount.manifest.submission;

import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.manifest.document.Source;
import io.barecount.manifest.registry.PipelineName;
import java.util.List;

/** What a door took in, as far as it can be taken apart. */
public sealed interface Reading {
    /**
     * A submission; whether it is valid is not said yet.
     *
     * @param envelope the submission as it came in, with its places; null if all of it is the manifest
     * @param manifest the manifest with its places; null if a registered pipeline is named
     * @param signatureFault why what came as a signature is none; null if it is one, or none came
     */
    record Legible(SubmissionDocument document, Source envelope, Source manifest, String signatureFault)
            implements Reading {
        /** Its tenant as far as it is well-formed, else null. */
        public String namespace() {
            return name(
                    manifest == null
                            ? document.namespace()
                            : manifest.tree().at("/metadata/namespace").textValue());
        }

        /** Its pipeline as far as it is well-formed, else null. */
        public String pipeline() {
            return name(
                    manifest == null
                            ? document.pipeline()
                            : manifest.tree().at("/metadata/name").textValue());
        }

        /** The registered pipeline that it names; null if it brings its manifest along or names none. */
        public PipelineName registeredPipeline() {
            return manifest == null && namespace() != null && pipeline() != null
                    ? new PipelineName(namespace(), pipeline())
                    : null;
        }

        private static String name(String text) {
            return PipelineName.isName(text) ? text : null;
        }
    }

    /** No submission at all: not text, too large, neither YAML nor JSON, or nothing that has fields. */
    record Illegible(List<Violation> violations) implements Reading {
        public boolean isTooLarge() {
            return violations.stream().anyMatch(violation -> violation.code().equals(Source.TOO_LARGE));
        }
    }
}
