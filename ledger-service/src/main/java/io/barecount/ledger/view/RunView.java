package io.barecount.ledger.view;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Suggestion;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.run.RunEvent;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionEvent;
import java.time.Instant;

/**
 * The audit record of one run: who, what, when, where, why and at what cost, on one line. It is nothing but its events, applied; those of
 * different topics may come in any order.
 *
 * @param provider who fulfilled the runner type; null before the first start
 * @param entries of the ledger about this run
 * @param attempts that were started
 */
public record RunView(
        String run,
        String namespace,
        String pipeline,
        Stage stage,
        RunnerType runner,
        String provider,
        NetworkModel network,
        String boundary,
        Integer tasks,
        Money estimate,
        Money cost,
        String reason,
        Suggestion suggestion,
        long entries,
        int attempts,
        Door door,
        String submitter,
        Digest policySet,
        String permitKey,
        Instant submittedAt,
        Instant endedAt) {
    /** How far a run has come, in order; nothing comes after a terminal one. */
    public enum Stage {
        SUBMITTED,
        ACCEPTED,
        PERMITTED,
        QUEUED,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED,
        DENIED,
        REJECTED;

        public boolean isTerminal() {
            return compareTo(SUCCEEDED) >= 0;
        }
    }

    public static RunView empty(String run) {
        return new RunView(
                run,
                null,
                null,
                Stage.SUBMITTED,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                0,
                0,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** One more entry about this run; {@code event} is null if it could not be read as one of ours. */
    public RunView apply(Event<?> event) {
        var changes = new Changes(this);
        changes.entries++;
        if (event != null) {
            apply(event, changes);
        }
        return changes.toView();
    }

    private static void apply(Event<?> event, Changes view) {
        switch (event.data()) {
            case SubmissionEvent.Submitted submitted ->
                view.take(submitted.door(), submitted.submitter(), submitted.receivedAt());
            case ManifestEvent.Accepted accepted -> {
                view.take(accepted.door(), accepted.submitter(), accepted.receivedAt());
                view.describe(accepted.spec().manifest());
                view.reach(Stage.ACCEPTED);
            }
            case ManifestEvent.Rejected rejected -> {
                view.take(rejected.door(), rejected.submitter(), event.time());
                view.name(rejected.namespace(), rejected.pipeline());
            }
            case DecisionEvent.Permitted permitted -> {
                view.describe(permitted.spec().manifest());
                view.estimate = permitted.estimate().likely();
                view.policySet = permitted.policySet();
                view.permitKey = keyOf(permitted.permit());
                view.reach(Stage.PERMITTED);
            }
            case DecisionEvent.Denied denied -> {
                view.describe(denied.spec().manifest());
                view.estimate =
                        denied.estimate() == null ? null : denied.estimate().likely();
                view.policySet = denied.policySet();
                view.suggestion = denied.suggestion();
            }
            case ExecutionEvent.Started started -> {
                view.provider = started.provider();
                view.attempts++;
            }
            case RunEvent run -> apply(run, view);
            default -> {}
        }
    }

    private static void apply(RunEvent event, Changes view) {
        view.name(event.namespace(), event.pipeline());
        switch (event) {
            case RunEvent.Queued queued -> view.reach(Stage.QUEUED);
            case RunEvent.Running running -> view.reach(Stage.RUNNING);
            case RunEvent.Succeeded succeeded -> view.end(Stage.SUCCEEDED, event.at(), succeeded.cost(), null);
            case RunEvent.Failed failed -> view.end(Stage.FAILED, event.at(), failed.cost(), failed.reason());
            case RunEvent.Cancelled cancelled ->
                view.end(Stage.CANCELLED, event.at(), cancelled.cost(), cancelled.reason());
            case RunEvent.Denied denied -> view.end(Stage.DENIED, event.at(), null, denied.reason());
            case RunEvent.Rejected rejected -> view.end(Stage.REJECTED, event.at(), null, rejected.reason());
        }
    }

    private static String keyOf(Envelope permit) {
        return permit.signatures().isEmpty() ? null : permit.signatures().get(0).keyid();
    }

    /** The fields while one event is applied. */
    private static final class Changes {
        private final String run;
        private String namespace;
        private String pipeline;
        private Stage stage;
        private RunnerType runner;
        private String provider;
        private NetworkModel network;
        private String boundary;
        private Integer tasks;
        private Money estimate;
        private Money cost;
        private String reason;
        private Suggestion suggestion;
        private long entries;
        private int attempts;
        private Door door;
        private String submitter;
        private Digest policySet;
        private String permitKey;
        private Instant submittedAt;
        private Instant endedAt;

        Changes(RunView view) {
            run = view.run;
            namespace = view.namespace;
            pipeline = view.pipeline;
            stage = view.stage;
            runner = view.runner;
            provider = view.provider;
            network = view.network;
            boundary = view.boundary;
            tasks = view.tasks;
            estimate = view.estimate;
            cost = view.cost;
            reason = view.reason;
            suggestion = view.suggestion;
            entries = view.entries;
            attempts = view.attempts;
            door = view.door;
            submitter = view.submitter;
            policySet = view.policySet;
            permitKey = view.permitKey;
            submittedAt = view.submittedAt;
            endedAt = view.endedAt;
        }

        void take(Door by, String who, Instant at) {
            door = by;
            submitter = who;
            submittedAt = at;
        }

        void name(String inNamespace, String ofPipeline) {
            namespace = inNamespace == null ? namespace : inNamespace;
            pipeline = ofPipeline == null ? pipeline : ofPipeline;
        }

        void describe(Manifest manifest) {
            name(manifest.namespace(), manifest.name());
            runner = manifest.spec().runner().type();
            network = manifest.spec().network().model();
            boundary = manifest.spec().network().boundary();
            tasks = manifest.taskCount();
        }

        void reach(Stage reached) {
            if (!stage.isTerminal() && reached.compareTo(stage) > 0) {
                stage = reached;
            }
        }

        void end(Stage outcome, Instant at, Money actual, String why) {
            stage = outcome;
            endedAt = at;
            cost = actual;
            reason = why;
        }

        RunView toView() {
            return new RunView(
                    run,
                    namespace,
                    pipeline,
                    stage,
                    runner,
                    provider,
                    network,
                    boundary,
                    tasks,
                    estimate,
                    cost,
                    reason,
                    suggestion,
                    entries,
                    attempts,
                    door,
                    submitter,
                    policySet,
                    permitKey,
                    submittedAt,
                    endedAt);
        }
    }
}
