package io.barecount.cli.verify;

import java.util.List;

/**
 * What checking a ledger came to.
 *
 * @param size of the checkpoint's tree
 * @param root of it, in base64
 * @param verified entries that were read and found as the log committed itself to them
 */
public record Verdict(long size, String root, long verified, List<Finding> findings) {
    public Verdict {
        findings = List.copyOf(findings);
    }

    public boolean isProven() {
        return findings.isEmpty() && verified == size;
    }
}
