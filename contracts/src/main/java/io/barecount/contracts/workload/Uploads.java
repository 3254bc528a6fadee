package io.barecount.contracts.workload;

import java.util.List;
import java.util.Map;

/**
 * A workload has ended well, and asks where to put what it wrote. It becomes visible to others only when its report is accepted.
 *
 * @param files relative paths: {@code output/…} for the task's own, {@code declared/<name>} or {@code declared/<name>/…} for the manifest's
 */
public record Uploads(String claimId, List<String> files) {
    public Uploads {
        files = List.copyOf(files);
    }

    /** Addresses to put each file to, by its path. */
    public record Addresses(Map<String, String> urls) {}
}
