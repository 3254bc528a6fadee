package io.barecount.gateway.attempt;

import io.barecount.contracts.RunId;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.proof.Digest;
import io.barecount.gateway.runner.Work;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Digests of specs, worked out once for all tasks of a run, of which each brings the same spec along. */
final class SpecDigests {
    private static final int KNOWN_MAX = 256;

    private record Known(RunSpec spec, Digest digest) {}

    private final Map<RunId, Known> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RunId, Known> eldest) {
            return size() > KNOWN_MAX;
        }
    });

    Digest of(Work work) {
        var run = work.attempt().run();
        var before = known.get(run);
        if (before != null && before.spec().equals(work.spec())) {
            return before.digest();
        }
        var digest = work.spec().digest();
        known.put(run, new Known(work.spec(), digest));
        return digest;
    }
}
