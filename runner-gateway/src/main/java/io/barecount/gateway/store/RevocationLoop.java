package io.barecount.gateway.store;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.MalformedEvent;
import io.barecount.gateway.attempt.AttemptInput;
import io.barecount.gateway.attempt.AttemptState;
import io.barecount.messaging.outbox.DeadLetter;
import io.barecount.messaging.outbox.OutboxRow;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.StageLoop;
import io.barecount.messaging.stage.Stages;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * Takes permits back: what has not started never will, and what the run has here is stopped, without waiting for the scheduler to ask
 * for it. Of all decisions it cares about these only; permits come with their dispatch.
 */
@ApplicationScoped
public class RevocationLoop implements StageLoop.Work<RevocationLoop.Job> {
    private static final int BATCH_MAX = 500;

    /** One of the two is null. */
    record Job(DecisionEvent.Revoked revoked, ConsumerRecord<String, byte[]> record, MalformedEvent malformed) {}

    private final Stages stages;
    private final Stage<AttemptState, AttemptInput> attempts;
    private final Revocations revocations;
    private final StageLoop<Job> loop;

    RevocationLoop(Stages stages, Stage<AttemptState, AttemptInput> attempts, Revocations revocations) {
        this.stages = stages;
        this.attempts = attempts;
        this.revocations = revocations;
        this.loop = stages.loop("revocations", this, BATCH_MAX);
    }

    /** Completes when every revocation of the batch is stored, and each attempt it concerns was told. */
    public CompletableFuture<Void> process(ConsumerRecords<String, byte[]> batch) {
        var pending = new ArrayList<CompletableFuture<?>>();
        for (var record : batch) {
            try {
                if (Stage.decode(record).data() instanceof DecisionEvent.Revoked revoked) {
                    pending.add(loop.submit(new Job(revoked, record, null)).thenCompose(done -> stop(revoked)));
                }
            } catch (MalformedEvent malformed) {
                pending.add(loop.submit(new Job(null, record, malformed)));
            }
        }
        return CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> stop(DecisionEvent.Revoked revoked) {
        revocations.changed();
        var open = QuarkusTransaction.requiringNew().call(() -> Revocations.openAttempts(revoked.run()));
        return CompletableFuture.allOf(open.stream()
                .map(attempt -> attempts.submit(new Input<>(
                        attempt,
                        new AttemptInput.Stop(
                                new DispatchEvent.Stop(
                                        AttemptId.parse(attempt), "the permit was revoked by " + revoked.by()),
                                revoked.namespace()),
                        EventIds.ofName("gateway/revoked/" + attempt),
                        null)))
                .toArray(CompletableFuture[]::new));
    }

    @Override
    public List<OutboxRow> perform(List<Job> batch) {
        var letters = new ArrayList<OutboxRow>();
        for (var job : batch) {
            if (job.malformed() == null) {
                revocations.store(job.revoked());
            } else {
                letters.add(DeadLetter.of(job.record(), stages.source(), job.malformed()));
            }
        }
        return letters;
    }

    @Override
    public List<OutboxRow> refuse(Job job, Throwable cause) {
        return List.of(DeadLetter.of(job.record(), stages.source(), cause));
    }

    @Override
    public List<String> keys(List<Job> batch) {
        return List.of();
    }
}
