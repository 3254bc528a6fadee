package io.barecount.manifest.kafka;

import io.barecount.contracts.event.MalformedEvent;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.submission.SubmissionEvent.Submitted;
import io.barecount.manifest.registry.PipelineName;
import io.barecount.manifest.registry.Registered;
import io.barecount.manifest.registry.Registry;
import io.barecount.manifest.store.RegisteredPipelines;
import io.barecount.manifest.store.SubmissionRow;
import io.barecount.manifest.submission.Intake;
import io.barecount.manifest.submission.Reading;
import io.barecount.manifest.submission.SubmissionInput;
import io.barecount.manifest.submission.SubmissionInput.Taken;
import io.barecount.manifest.submission.SubmissionState;
import io.barecount.manifest.submission.Verdict;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.PolledBatches;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.StageLoop;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Takes every submission from the topic, whoever put it there. What can't be read goes to the dead letters with its cause, and its run
 * is rejected as well, so that its publisher hears of it on {@code barecount.manifests}.
 */
@ApplicationScoped
class SubmissionsChannel {
    private static final Logger LOG = Logger.getLogger(SubmissionsChannel.class);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

    private final Stage<SubmissionState, SubmissionInput> stage;
    private final Intake intake;
    private final ArrivalReader reader;
    private final RegisteredPipelines pipelines;

    SubmissionsChannel(Stage<SubmissionState, SubmissionInput> stage, Intake intake, RegisteredPipelines pipelines) {
        this.stage = stage;
        this.intake = intake;
        this.reader = new ArrivalReader(intake);
        this.pipelines = pipelines;
    }

    @Incoming("submissions")
    Flow.Subscriber<Message<List<byte[]>>> submissions() {
        return PolledBatches.of("submissions", this::take);
    }

    private CompletableFuture<Void> take(ConsumerRecords<String, byte[]> batch) {
        var arrivals = new IdentityHashMap<ConsumerRecord<String, byte[]>, Arrival>();
        var named = new HashSet<PipelineName>();
        var decided = decided(batch);
        for (var record : batch) {
            if (decided.contains(record)) {
                continue;
            }
            var arrival = reader.read(record);
            arrivals.put(record, arrival);
            if (arrival.reading() instanceof Reading.Legible readable && readable.registeredPipeline() != null) {
                named.add(readable.registeredPipeline());
            }
        }
        Map<PipelineName, Registered> registered = answered(() -> pipelines.current(named));
        var rejections = new ArrayList<CompletableFuture<SubmissionState>>();
        var processed = stage.processRaw(batch, record -> {
            if (decided.contains(record)) {
                return List.of();
            }
            var arrival = arrivals.get(record);
            return switch (arrival.reading()) {
                case Reading.Legible readable ->
                    List.of(input(
                            arrival, judge(arrival, readable, name -> Optional.ofNullable(registered.get(name)))));
                case Reading.Illegible unreadable -> {
                    var violations = unreadable.violations();
                    rejections.add(stage.submit(input(arrival, new Verdict.Invalid(null, null, violations))));
                    throw new MalformedEvent("value", violations.get(0).message());
                }
            };
        });
        return processed.thenCompose(done -> CompletableFuture.allOf(
                rejections.stream().map(SubmissionsChannel::settled).toArray(CompletableFuture[]::new)));
    }

    /** What came in by another door was judged and stored before the topic was told: there is nothing left to do for it. */
    private Set<ConsumerRecord<String, byte[]>> decided(ConsumerRecords<String, byte[]> batch) {
        var told = new IdentityHashMap<ConsumerRecord<String, byte[]>, Submitted>();
        batch.forEach(record -> reader.told(record).ifPresent(submitted -> told.put(record, submitted)));
        var runs = told.values().stream().map(Submitted::run).toList();
        var states = answered(() -> SubmissionRow.statesOf(runs));
        told.entrySet().removeIf(entry -> !isDecided(states.get(entry.getValue().run()), entry.getValue()));
        return told.keySet();
    }

    private static boolean isDecided(SubmissionState state, Submitted submitted) {
        return state != null
                && !(state instanceof SubmissionState.Received)
                && state.content().equals(Digest.ofCanonical(submitted.body()));
    }

    private Verdict judge(Arrival arrival, Reading.Legible readable, Registry registry) {
        try {
            return intake.judge(readable, registry, earlier(arrival.receivedAt(), Instant.now()));
        } catch (RuntimeException e) {
            LOG.errorf(e, "the submission of run %s can't be judged; it goes to the dead letters", arrival.run());
            throw new MalformedEvent("value", "can't be judged: " + e.getClass().getName());
        }
    }

    private static Instant earlier(Instant received, Instant now) {
        return received == null || received.isAfter(now) ? now : received;
    }

    private static Input<SubmissionInput> input(Arrival arrival, Verdict verdict) {
        return new Input<>(
                arrival.run().toString(),
                new Taken(
                        arrival.run(),
                        arrival.content(),
                        arrival.door(),
                        arrival.submitter(),
                        arrival.receivedAt(),
                        verdict),
                arrival.cause(),
                arrival.traceparent());
    }

    /** One query for the whole batch, asked until the database answers: nothing can be judged without it. */
    private static <T> T answered(Supplier<T> query) {
        while (true) {
            try {
                return query.get();
            } catch (RuntimeException e) {
                LOG.errorf(e, "a look-up for a batch of submissions failed; again in %s", AGAIN_AFTER);
                LockSupport.parkNanos(AGAIN_AFTER.toNanos());
            }
        }
    }

    /** A rejection that is refused, such as of a run that has other content, leaves the dead letter alone to tell of it. */
    private static CompletableFuture<SubmissionState> settled(CompletableFuture<SubmissionState> rejection) {
        return rejection.exceptionally(failure -> {
            if (StageLoop.isStopping(failure)) {
                throw new CompletionException(failure);
            }
            return null;
        });
    }
}
