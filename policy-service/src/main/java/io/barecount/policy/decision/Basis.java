package io.barecount.policy.decision;

import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.Door;
import io.barecount.policy.estimate.History;
import io.barecount.policy.evaluation.Exemptions;
import java.time.Instant;

/**
 * The facts that a decision was made from, kept with it so that it can be made again with other rules.
 *
 * @param manifest as it was declared
 * @param submitter who asked for the run
 * @param at the time that the rules were told
 * @param boundary digest of the boundary as it stood then; null if it was not known
 * @param priceBook digest of the price book
 * @param history what was known of the pipeline's earlier runs; nothing in decisions that were made before it was kept
 * @param exemptions that held for the pipeline then, with what was used of them
 */
public record Basis(
        Manifest manifest,
        Door door,
        String submitter,
        Instant at,
        Digest boundary,
        Digest priceBook,
        History history,
        Exemptions exemptions) {
    public Basis {
        history = history == null ? History.NONE : history;
        exemptions = exemptions == null ? Exemptions.NONE : exemptions;
    }
}
