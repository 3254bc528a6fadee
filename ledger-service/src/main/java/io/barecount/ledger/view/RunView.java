package io.barecount.ledger.view;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.Manifest.DataSet;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.run.RunEvent;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionEvent;
import io.barecount.ledger.view.Status.State;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The audit record of a run: who ran what, where, on which configuration, decided by which policy, at what cost.
 *
 * <p>{@link #apply} is given each event of the run once, in whatever order the topics bring them, and leads to the same record: each
 * part is replaced only by what weighs more, and counts are sums. An event that lacks what its family requires is refused by an
 * exception, whenever it comes.
 *
 * @param intake null until an event of submissions or manifests came
 * @param declared what the manifest says, with the runner in its place that was chosen if it names none; null until it is known
 * @param decided null until governance decided
 * @param work what the runners did
 * @param entries how many events of this run the log holds
 */
public record RunView(
        RunId run,
        String namespace,
        String pipeline,
        Status status,
        Intake intake,
        Declared declared,
        Decided decided,
        Work work,
        long entries) {

    /** @param checked whether the intake says it; a submission alone may claim anything */
    public record Intake(boolean checked, Door door, String submitter, Instant at) {
        static Intake merge(Intake one, Intake other) {
            if (one == null) {
                return other;
            }
            var earlier = other.at == null || (one.at != null && !one.at.isAfter(other.at)) ? one : other;
            var told = one.checked == other.checked ? earlier : one.checked ? one : other;
            return new Intake(told.checked, told.door, told.submitter, earlier.at);
        }
    }

    /** @param team and {@code costCenter}: whose pipeline it is, and who pays */
    public record Declared(
            RunnerType runner,
            NetworkModel network,
            String boundary,
            String team,
            String costCenter,
            List<DataSet> inputs,
            List<DataSet> outputs,
            Digest manifest,
            Digest spec) {
        public Declared {
            inputs = inputs == null ? List.of() : List.copyOf(inputs);
            outputs = outputs == null ? List.of() : List.copyOf(outputs);
        }

        static Declared of(RunSpec spec) {
            var manifest = spec.manifest();
            var network = manifest.spec().network();
            var owner = manifest.spec().owner();
            var data = manifest.spec().data();
            return new Declared(
                    manifest.spec().runner().type(),
                    network.model(),
                    network.boundary(),
                    owner == null ? null : owner.team(),
                    owner == null ? null : owner.costCenter(),
                    data == null ? null : data.inputs(),
                    data == null ? null : data.outputs(),
                    manifest.digest(),
                    spec.digest());
        }
    }

    /**
     * @param at when it was decided
     * @param rules ids of all that were evaluated, as the permit says; empty for a denial, of which the findings tell
     * @param boundary digest of the boundary as it stood then; null for a denial
     * @param permit digest of the permit's envelope; null for a denial
     * @param permitKey id of the key that signed it
     * @param permitExpiresAt null if the permit can't be read
     */
    public record Decided(
            Instant at,
            boolean permitted,
            Digest policySet,
            List<String> rules,
            List<Finding> findings,
            Estimate estimate,
            Digest boundary,
            Digest permit,
            String permitKey,
            Instant permitExpiresAt) {
        public Decided {
            rules = rules == null ? List.of() : List.copyOf(rules);
            findings = List.copyOf(findings);
        }

        static Decided permitted(DecisionEvent.Permitted permitted, Instant at) {
            var permit = readPermit(permitted.permit());
            return new Decided(
                    at,
                    true,
                    permitted.policySet(),
                    permit == null ? List.of() : permit.rules(),
                    permitted.findings(),
                    permitted.estimate(),
                    permitted.boundary().digest(),
                    Digest.ofCanonical(permitted.permit()),
                    keyId(permitted.permit()),
                    permit == null ? null : permit.expiresAt());
        }

        static Decided denied(DecisionEvent.Denied denied, Instant at) {
            return new Decided(
                    at,
                    false,
                    denied.policySet(),
                    List.of(),
                    denied.findings(),
                    denied.estimate(),
                    null,
                    null,
                    null,
                    null);
        }

        static Decided merge(Decided one, Decided other) {
            return one == null || other.at.isBefore(one.at) ? other : one;
        }
    }

    /**
     * @param tasks as many as were planned
     * @param providers who fulfilled the runner type, in alphabetical order
     * @param runners the instances that ran attempts, in alphabetical order, the first few
     * @param attempts how many were dispatched
     * @param evidence how many attempts have signed evidence of their execution
     * @param startedAt of the first attempt; null before it
     */
    public record Work(
            int tasks,
            List<String> providers,
            List<String> runners,
            int attempts,
            int succeeded,
            int failed,
            int stopped,
            int evidence,
            Network network,
            Instant startedAt) {
        private static final Work NONE = new Work(0, List.of(), List.of(), 0, 0, 0, 0, 0, Network.NONE, null);

        public Work {
            providers = List.copyOf(providers);
            runners = runners == null ? List.of() : List.copyOf(runners);
            network = network == null ? Network.NONE : network;
        }

        Work ofTasks(int count) {
            return new Work(
                    Math.max(tasks, count),
                    providers,
                    runners,
                    attempts,
                    succeeded,
                    failed,
                    stopped,
                    evidence,
                    network,
                    startedAt);
        }

        Work dispatched(int more) {
            return new Work(
                    tasks,
                    providers,
                    runners,
                    attempts + more,
                    succeeded,
                    failed,
                    stopped,
                    evidence,
                    network,
                    startedAt);
        }

        Work started(ExecutionEvent.Started started) {
            Objects.requireNonNull(started.at(), "an attempt starts at some time");
            var first = startedAt == null || started.at().isBefore(startedAt) ? started.at() : startedAt;
            return new Work(
                    tasks,
                    Network.add(providers, started.provider()),
                    Network.add(runners, started.runner()),
                    attempts,
                    succeeded,
                    failed,
                    stopped,
                    evidence,
                    network,
                    first);
        }

        Work ended(int moreSucceeded, int moreFailed, int moreStopped, Envelope envelope) {
            var attested = AttemptView.attested(envelope);
            return new Work(
                    tasks,
                    providers,
                    runners,
                    attempts,
                    succeeded + moreSucceeded,
                    failed + moreFailed,
                    stopped + moreStopped,
                    evidence + (envelope == null ? 0 : 1),
                    attested == null ? network : network.with(attested.network()),
                    startedAt);
        }
    }

    public static RunView empty(RunId run) {
        return new RunView(run, null, null, null, null, null, null, Work.NONE, 0);
    }

    /** @param event of this run; the namespace it carries counts until the manifest's is known */
    public RunView apply(Event<?> event) {
        var counted = new RunView(run, namespace, pipeline, status, intake, declared, decided, work, entries + 1);
        return switch (event.data()) {
            case SubmissionEvent.Submitted submitted -> counted.submitted(submitted);
            case ManifestEvent manifest -> counted.manifest(manifest, event.time());
            case DecisionEvent decision -> counted.decision(decision, event.time());
            case DispatchEvent dispatch -> counted.dispatch(dispatch);
            case ExecutionEvent execution -> counted.execution(execution);
            case RunEvent ofRun -> counted.ofRun(ofRun);
            case null, default -> counted;
        };
    }

    private RunView submitted(SubmissionEvent.Submitted submitted) {
        return with(Status.of(State.SUBMITTED, submitted.receivedAt()))
                .with(new Intake(false, submitted.door(), submitted.submitter(), submitted.receivedAt()));
    }

    private RunView manifest(ManifestEvent event, Instant at) {
        return switch (event) {
            case ManifestEvent.Accepted accepted ->
                of(accepted.spec())
                        .with(Status.of(State.ACCEPTED, at))
                        .with(new Intake(true, accepted.door(), accepted.submitter(), accepted.receivedAt()));
            case ManifestEvent.Rejected rejected -> {
                var reason = rejected.violations().stream()
                        .map(violation -> violation.pointer() + ": " + violation.message())
                        .collect(Collectors.joining("; "));
                yield named(rejected.namespace(), rejected.pipeline())
                        .with(Status.refused(State.REJECTED, at, reason))
                        .with(new Intake(true, rejected.door(), rejected.submitter(), null));
            }
        };
    }

    private RunView decision(DecisionEvent event, Instant at) {
        return switch (event) {
            case DecisionEvent.Permitted permitted ->
                of(permitted.spec()).with(Status.of(State.PERMITTED, at)).with(Decided.permitted(permitted, at));
            case DecisionEvent.Denied denied -> {
                var reason = denied.findings().stream()
                        .filter(finding -> finding.level() == Finding.Level.DENY)
                        .map(finding -> finding.rule() + ": " + finding.message())
                        .collect(Collectors.joining("; "));
                yield of(denied.spec())
                        .with(Status.refused(State.DENIED, at, reason))
                        .with(Decided.denied(denied, at));
            }
            case DecisionEvent.Held held -> {
                var reason = held.findings().stream()
                        .filter(finding -> finding.level() == Finding.Level.APPROVE)
                        .map(finding -> finding.rule() + ": " + finding.message())
                        .collect(Collectors.joining("; "));
                // Another runner may be chosen once it was approved.
                var known = held.choice() == null ? of(held.spec()) : named(held.namespace(), held.pipeline());
                yield known.with(Status.refused(State.HELD, at, reason));
            }
            case DecisionEvent.Revoked revoked -> named(revoked.namespace(), revoked.pipeline());
        };
    }

    private RunView dispatch(DispatchEvent event) {
        return switch (event) {
            case DispatchEvent.Start start -> of(start.spec()).with(work.dispatched(1));
            case DispatchEvent.StartAll starts ->
                of(starts.spec()).with(work.dispatched(starts.attempts().size()));
            case DispatchEvent.Stop stop -> this;
        };
    }

    private RunView execution(ExecutionEvent event) {
        return switch (event) {
            case ExecutionEvent.Started started -> with(work.started(started));
            case ExecutionEvent.Succeeded succeeded -> with(work.ended(1, 0, 0, succeeded.evidence()));
            case ExecutionEvent.Failed failed -> with(work.ended(0, 1, 0, failed.evidence()));
            case ExecutionEvent.Stopped stopped -> with(work.ended(0, 0, 1, stopped.evidence()));
        };
    }

    private RunView ofRun(RunEvent event) {
        var known = named(event.namespace(), event.pipeline());
        return switch (event) {
            case RunEvent.Queued queued ->
                known.with(Status.of(State.QUEUED, queued.at())).with(work.ofTasks(queued.tasks()));
            case RunEvent.Running running ->
                known.with(Status.of(State.RUNNING, running.at())).with(work.ofTasks(running.tasks()));
            case RunEvent.Succeeded e -> known.ended(State.SUCCEEDED, e.at(), null, e.tasks(), e.failed(), e.cost());
            case RunEvent.Failed e -> known.ended(State.FAILED, e.at(), e.reason(), e.tasks(), e.failed(), e.cost());
            case RunEvent.Cancelled e -> known.ended(State.CANCELLED, e.at(), e.reason(), e.tasks(), null, e.cost());
            case RunEvent.Denied e -> known.ended(State.DENIED, e.at(), e.reason(), 0, null, null);
            case RunEvent.Rejected e -> known.ended(State.REJECTED, e.at(), e.reason(), 0, null, null);
        };
    }

    private RunView ended(State state, Instant at, String reason, int tasks, Integer failedTasks, Money cost) {
        return with(Status.ended(state, at, reason, failedTasks, cost)).with(work.ofTasks(tasks));
    }

    private static boolean isLeftOpen(RunSpec spec) {
        return spec.manifest().spec().runner().type() == RunnerType.AUTO;
    }

    /** The spec with the runner that governance chose counts more than the one that left it open, in whatever order they are read. */
    private RunView of(RunSpec spec) {
        var named = named(spec.manifest().namespace(), spec.manifest().name());
        return declared != null && (declared.runner != RunnerType.AUTO || isLeftOpen(spec))
                ? named
                : new RunView(
                        run,
                        named.namespace,
                        named.pipeline,
                        status,
                        intake,
                        Declared.of(spec),
                        decided,
                        work.ofTasks(spec.manifest().taskCount()),
                        entries);
    }

    private RunView named(String byNamespace, String byPipeline) {
        return new RunView(
                run,
                namespace == null ? byNamespace : namespace,
                pipeline == null ? byPipeline : pipeline,
                status,
                intake,
                declared,
                decided,
                work,
                entries);
    }

    private RunView with(Status more) {
        var merged = Status.merge(status, more);
        return new RunView(run, namespace, pipeline, merged, intake, declared, decided, work, entries);
    }

    private RunView with(Intake more) {
        var merged = Intake.merge(intake, more);
        return new RunView(run, namespace, pipeline, status, merged, declared, decided, work, entries);
    }

    private RunView with(Decided more) {
        var merged = Decided.merge(decided, more);
        return new RunView(run, namespace, pipeline, status, intake, declared, merged, work, entries);
    }

    private RunView with(Work more) {
        return new RunView(run, namespace, pipeline, status, intake, declared, decided, more, entries);
    }

    private static String keyId(Envelope permit) {
        return permit.signatures().stream()
                .map(Envelope.Signature::keyid)
                .findFirst()
                .orElse(null);
    }

    /** As it says itself: whether it verifies is the gateway's to check. Null if it can't be read. */
    private static Permit readPermit(Envelope envelope) {
        try {
            var predicate = envelope.peek().predicate();
            return predicate == null ? null : Json.fromTree(predicate, Permit.class);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
