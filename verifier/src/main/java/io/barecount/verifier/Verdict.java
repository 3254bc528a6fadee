package io.barecount.verifier;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a verification came to.
 *
 * @param size of the checkpoint that was checked against; 0 if there was none to trust
 * @param root of that checkpoint, hexadecimal; null without one
 * @param witnesses of those trusted, who cosigned it
 * @param verified whether every byte of the log is what was signed
 * @param entriesByTopic how many entries were read of each topic
 * @param findings empty if and only if verified
 * @param note the signed checkpoint; null without one
 * @param run how the run went whose proof was checked; null if it was none, or says too little
 */
public record Verdict(
        long size,
        String root,
        List<String> witnesses,
        boolean verified,
        Map<String, Long> entriesByTopic,
        List<Finding> findings,
        String note,
        ProvenRun run) {
    public Verdict {
        witnesses = List.copyOf(witnesses);
        findings = List.copyOf(findings);
    }

    /** There is no checkpoint to trust. */
    static Verdict untrusted(String problem) {
        return new Verdict(0, null, List.of(), false, Map.of(), List.of(Finding.ofLog(problem)), null, null);
    }

    static Verdict of(
            Checkpoint checkpoint, String note, Map<String, Long> byTopic, List<Finding> findings, ProvenRun run) {
        return new Verdict(
                checkpoint.size(),
                Hashes.hex(checkpoint.root()),
                checkpoint.witnesses(),
                findings.isEmpty(),
                byTopic,
                findings,
                note,
                run);
    }

    long entries() {
        return entriesByTopic.values().stream().mapToLong(Long::longValue).sum();
    }

    Json toJson() {
        return json(
                "size", size,
                "root", root,
                "witnesses", witnesses,
                "verified", verified,
                "entries", entriesByTopic,
                "findings", findings.stream().map(Finding::toJson).toList(),
                "run", run == null ? null : run.toJson());
    }

    /** Of names and values in turn; what is null is left out. */
    static Json json(Object... namesAndValues) {
        var fields = new LinkedHashMap<String, Object>();
        for (var i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] != null) {
                fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
            }
        }
        return Json.of(fields);
    }
}
