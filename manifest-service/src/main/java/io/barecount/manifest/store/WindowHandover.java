package io.barecount.manifest.store;

import io.barecount.contracts.RunId;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.RecordRange;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.manifest.submission.Intake;
import io.barecount.manifest.submission.Reading;
import io.barecount.manifest.submission.SubmissionInput;
import io.barecount.manifest.submission.SubmissionState;
import io.barecount.manifest.submission.Verdict;
import io.barecount.manifest.window.TriggerId;
import io.barecount.manifest.window.Window;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.StageLoop;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * Hands closed windows on as the submissions of their runs. A window is deleted after its submission is stored: whatever happens between, it
 * is handed on again, with the same run and the same content, and that is a repeat.
 */
@ApplicationScoped
public class WindowHandover {
    private static final Logger LOG = Logger.getLogger(WindowHandover.class);
    private static final int AT_ONCE_MAX = 16;
    private static final int LEFT_BEHIND_MAX = 100;

    /**
     * @param takenAt the first of its entries, when each of them was valid
     * @param entries in their order
     */
    private record Closed(
            TriggerId trigger, String traceparent, Instant takenAt, List<String> entries, List<RecordRange> records) {
        SubmissionDocument document() {
            return SubmissionDocument.ofPipeline(trigger.namespace(), trigger.pipeline(), Window.payload(entries));
        }
    }

    private final Stage<SubmissionState, SubmissionInput> stage;
    private final Intake intake;
    private final RegisteredPipelines pipelines;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore atOnce = new Semaphore(AT_ONCE_MAX);

    WindowHandover(Stage<SubmissionState, SubmissionInput> stage, Intake intake, RegisteredPipelines pipelines) {
        this.stage = stage;
        this.intake = intake;
        this.pipelines = pipelines;
    }

    /** Completes once the submission is stored and told; exceptionally if it has to be tried again, see {@link #leftBehind}. */
    public CompletableFuture<Void> handOn(RunId run) {
        return CompletableFuture.runAsync(
                () -> {
                    atOnce.acquireUninterruptibly();
                    try {
                        closed(run).ifPresent(window -> handOn(run, window));
                    } finally {
                        atOnce.release();
                    }
                },
                threads);
    }

    /** What becomes of a window that could not be handed on: it is tried again, and nobody has to wait for it. */
    public static Void isLeftBehind(Throwable failure) {
        if (StageLoop.isStopping(failure)) {
            throw new CompletionException(failure);
        }
        LOG.errorf(failure, "a window could not be handed on; it is tried again");
        return null;
    }

    /** Windows that are closed for so long, and still here. */
    public List<RunId> leftBehind(Duration closedFor, Instant now) {
        return QuarkusTransaction.requiringNew()
                .call(() -> WindowRow.<WindowRow>find("closedAt <= ?1 order by closedAt", now.minus(closedFor))
                        .page(0, LEFT_BEHIND_MAX)
                        .stream()
                        .map(row -> RunId.parse(row.id))
                        .toList());
    }

    /** Under the row's lock: somebody else may hand it on at the same time, and forget what is in it. */
    private static Optional<Closed> closed(RunId run) {
        return QuarkusTransaction.requiringNew()
                .call(() -> WindowRow.<WindowRow>findByIdOptional(run.toString(), LockModeType.PESSIMISTIC_WRITE)
                        .filter(row -> row.closedAt != null)
                        .map(row -> {
                            var occurrences = OccurrenceRow.<OccurrenceRow>list("run = ?1 order by place", row.id);
                            return new Closed(
                                    row.toTrigger(),
                                    row.traceparent,
                                    occurrences.getFirst().takenAt,
                                    occurrences.stream().map(each -> each.entry).toList(),
                                    Window.ranges(occurrences.stream()
                                            .map(OccurrenceRow::toRecord)
                                            .filter(Objects::nonNull)
                                            .toList()));
                        }));
    }

    private void handOn(RunId run, Closed window) {
        var document = window.document();
        var submitted = input(run, window, document);
        var state = stage.submit(new Input<>(run.toString(), submitted, run.value(), window.traceparent()))
                .join();
        if (!state.content().equals(submitted.content())) {
            throw new IllegalStateException("window " + run + " of " + window.trigger()
                    + " is kept: its run was submitted before with other content");
        }
        forget(run, window.trigger());
    }

    private SubmissionInput input(RunId run, Closed window, SubmissionDocument document) {
        var content = Digest.ofCanonical(document);
        var submitter = submitter(window.trigger());
        var verdict = switch (intake.of(document)) {
            case Reading.Legible reading -> judged(reading, window.takenAt());
            case Reading.Illegible unreadable ->
                new Verdict.Invalid(
                        window.trigger().namespace(), window.trigger().pipeline(), unreadable.violations());
        };
        return switch (verdict) {
            case Verdict.Valid valid ->
                new SubmissionInput.Submit(
                        run, content, window.trigger().door(), submitter, document, valid, window.records());
            case Verdict.Invalid invalid -> {
                LOG.warnf(
                        "window %s of %s is refused, %d occurrences %s: %s",
                        run,
                        window.trigger(),
                        window.entries().size(),
                        window.records(),
                        invalid.violations().getFirst().message());
                yield new SubmissionInput.Taken(run, content, window.trigger().door(), submitter, null, invalid);
            }
        };
    }

    private Verdict judged(Reading.Legible reading, Instant at) {
        return QuarkusTransaction.requiringNew().call(() -> intake.judgeGathered(reading, pipelines, at));
    }

    /** As the door names who asks. */
    public static String submitter(TriggerId trigger) {
        return trigger.door() == Door.WEBHOOK
                ? "webhook:" + trigger.namespace() + "/" + trigger.name()
                : "kafka:" + trigger.namespace() + "/" + trigger.pipeline() + "/" + trigger.name();
    }

    /** Deliveries stay known by their ids; records are known by where their subscription is. */
    private static void forget(RunId run, TriggerId trigger) {
        QuarkusTransaction.requiringNew().run(() -> {
            if (trigger.door() == Door.WEBHOOK) {
                OccurrenceRow.update("entry = null where run = ?1", run.toString());
            } else {
                OccurrenceRow.delete("run = ?1", run.toString());
            }
            WindowRow.deleteById(run.toString());
        });
    }
}
