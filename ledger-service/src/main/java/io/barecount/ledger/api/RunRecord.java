package io.barecount.ledger.api;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.Door;
import io.barecount.ledger.view.RunView;
import io.barecount.ledger.view.Status;
import java.time.Instant;
import java.util.List;

/**
 * A run's audit record as the API tells it. What is not known (yet) is left out.
 *
 * @param provider who fulfilled the runner type; several, separated by commas, if attempts differ
 * @param runners the instances that ran attempts, the first few; {@code attempts} of the run has all
 * @param networkRequested what was asked for, {@code networkApplied} what was configured, {@code networkObserved} what was seen
 * @param attempts dispatched; of them {@code succeededAttempts} and so on have ended
 * @param rules ids of all that were evaluated for the permit; {@code findings} are those that spoke
 * @param permit digest of the permit's envelope
 * @param permitKey id of the key that signed it
 * @param entries how many events of the run the log holds
 */
public record RunRecord(
        RunId run,
        String namespace,
        String pipeline,
        Status.State state,
        boolean ended,
        String reason,
        RunnerType runner,
        String provider,
        List<String> runners,
        NetworkModel network,
        String boundary,
        Digest boundaryDigest,
        List<String> networkRequested,
        List<String> networkApplied,
        List<String> networkObserved,
        int tasks,
        Integer failedTasks,
        int attempts,
        int succeededAttempts,
        int failedAttempts,
        int stoppedAttempts,
        int attemptsWithEvidence,
        Estimate estimate,
        Money cost,
        String team,
        String costCenter,
        Door door,
        String submitter,
        Instant submittedAt,
        Instant decidedAt,
        Instant startedAt,
        Instant endedAt,
        Digest manifest,
        Digest spec,
        Digest policySet,
        List<String> rules,
        List<Finding> findings,
        Digest permit,
        String permitKey,
        Instant permitExpiresAt,
        long entries) {

    static RunRecord of(RunView view) {
        var status = view.status();
        var intake = view.intake();
        var declared = view.declared();
        var decided = view.decided();
        var work = view.work();
        var ended = status != null && status.settled();
        return new RunRecord(
                view.run(),
                view.namespace(),
                view.pipeline(),
                status == null ? null : status.state(),
                ended,
                status == null ? null : status.reason(),
                declared == null ? null : declared.runner(),
                work.providers().isEmpty() ? null : String.join(",", work.providers()),
                work.runners(),
                declared == null ? null : declared.network(),
                declared == null ? null : declared.boundary(),
                decided == null ? null : decided.boundary(),
                work.network().requested(),
                work.network().applied(),
                work.network().observed(),
                work.tasks(),
                status == null ? null : status.failedTasks(),
                work.attempts(),
                work.succeeded(),
                work.failed(),
                work.stopped(),
                work.evidence(),
                decided == null ? null : decided.estimate(),
                status == null ? null : status.cost(),
                declared == null ? null : declared.team(),
                declared == null ? null : declared.costCenter(),
                intake == null ? null : intake.door(),
                intake == null ? null : intake.submitter(),
                intake == null ? null : intake.at(),
                decided == null ? null : decided.at(),
                work.startedAt(),
                ended ? status.at() : null,
                declared == null ? null : declared.manifest(),
                declared == null ? null : declared.spec(),
                decided == null ? null : decided.policySet(),
                decided == null ? List.of() : decided.rules(),
                decided == null ? List.of() : decided.findings(),
                decided == null ? null : decided.permit(),
                decided == null ? null : decided.permitKey(),
                decided == null ? null : decided.permitExpiresAt(),
                view.entries());
    }
}
