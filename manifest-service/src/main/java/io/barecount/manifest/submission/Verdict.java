package io.barecount.manifest.submission;

import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.Violation;
import java.util.List;

/** What is to be said of a submission: the same, whichever door it came in by. */
public sealed interface Verdict {
    /** @param warnings what is right today and won't be for ever */
    record Valid(RunSpec spec, List<Violation> warnings) implements Verdict {
        public Valid {
            warnings = List.copyOf(warnings);
        }

        /** With nothing to warn of. */
        public Valid(RunSpec spec) {
            this(spec, List.of());
        }
    }

    /**
     * @param namespace as far as it could be read, else null
     * @param pipeline as far as it could be read, else null
     * @param violations in the order of the text, never empty
     */
    record Invalid(String namespace, String pipeline, List<Violation> violations) implements Verdict {
        public Invalid {
            violations = List.copyOf(violations);
        }
    }
}
