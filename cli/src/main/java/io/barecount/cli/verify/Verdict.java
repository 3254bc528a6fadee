package io.barecount.cli.verify;

import java.util.List;
import java.util.Map;

/**
 * What a verification came to.
 *
 * @param size of the checkpoint that was checked against; 0 if there was none to trust
 * @param root of that checkpoint, hexadecimal; null without one
 * @param verified whether every byte of the log is what was signed
 * @param entriesByTopic how many entries were read of each topic
 * @param findings empty if and only if verified
 * @param note the signed checkpoint; null without one
 * @param run how the run went whose proof was checked; null if it was none, or says too little
 */
public record Verdict(
        long size,
        String root,
        boolean verified,
        Map<String, Long> entriesByTopic,
        List<Finding> findings,
        String note,
        ProvenRun run) {
    public Verdict {
        findings = List.copyOf(findings);
    }

    Verdict(
            long size,
            String root,
            boolean verified,
            Map<String, Long> entriesByTopic,
            List<Finding> findings,
            String note) {
        this(size, root, verified, entriesByTopic, findings, note, null);
    }
}
