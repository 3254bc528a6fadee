package io.barecount.messaging.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordBatchMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.junit.jupiter.api.Test;

class PolledBatchesTest {
    private static final TopicPartition PARTITION = new TopicPartition("topic", 0);
    private static final Duration MOST = Duration.ofSeconds(20);

    private final List<Long> handled = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<Void>> work = new CopyOnWriteArrayList<>();
    private final List<Long> acknowledged = new CopyOnWriteArrayList<>();
    private final List<Long> refused = new CopyOnWriteArrayList<>();
    private final AtomicLong requested = new AtomicLong();
    private final PolledBatches<String> batches = PolledBatches.of("test", this::take);

    @Test
    void batchesAreHandedOnInOrderWithoutWaitingForOneAnother() {
        subscribe();
        IntStream.range(0, 50).forEach(i -> send(i, 10));

        await().atMost(MOST).until(() -> handled.size() == 50);
        assertThat(handled).isSorted();
        assertThat(acknowledged).isEmpty();
    }

    @Test
    void aBatchIsAcknowledgedOnceItsWorkIsDone() {
        subscribe();
        send(0, 10);
        send(1, 10);
        await().atMost(MOST).until(() -> handled.size() == 2);

        work.get(0).complete(null);

        assertThat(acknowledged).containsExactly(0L);
    }

    @Test
    void noMoreIsRequestedThanMayBeInWorkAndMoreOnceSomeIsDone() {
        subscribe();
        var sent = sendAllRequested(10);
        assertThat(sent).isEqualTo(64);

        await().atMost(MOST).until(() -> handled.size() == 64);
        work.get(0).complete(null);

        assertThat(requested.get()).isEqualTo(65);
    }

    @Test
    void largeBatchesAreBoundedByTheirBytes() {
        subscribe();
        assertThat(sendAllRequested(4 * 1024 * 1024)).isBetween(4, 8);
    }

    @Test
    void whatAStoppingStageLeftIsNeitherAcknowledgedNorRefused() {
        subscribe();
        send(0, 10);
        await().atMost(MOST).until(() -> handled.size() == 1);

        work.get(0).completeExceptionally(new StageLoop.Stopping("test"));

        assertThat(acknowledged).isEmpty();
        assertThat(refused).isEmpty();
    }

    @Test
    void aFailureStopsTheChannel() {
        subscribe();
        send(0, 10);
        await().atMost(MOST).until(() -> handled.size() == 1);

        work.get(0).completeExceptionally(new IllegalArgumentException("broken"));

        assertThat(refused).containsExactly(0L);
    }

    private CompletableFuture<Void> take(ConsumerRecords<String, byte[]> batch) {
        var done = new CompletableFuture<Void>();
        work.add(done);
        handled.add(batch.iterator().next().offset());
        return done;
    }

    private void subscribe() {
        batches.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                requested.addAndGet(n);
            }

            @Override
            public void cancel() {}
        });
    }

    private int sendAllRequested(int bytes) {
        var sent = 0;
        while (sent < requested.get()) {
            send(sent, bytes);
            sent++;
        }
        return sent;
    }

    private void send(long offset, int bytes) {
        var record = new ConsumerRecord<>(
                "topic",
                0,
                offset,
                0L,
                TimestampType.CREATE_TIME,
                1,
                bytes,
                "key",
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
        var records = new ConsumerRecords<>(Map.of(PARTITION, List.of(record)), Map.of());
        var metadata = new IncomingKafkaRecordBatchMetadata<>(records, new ArrayList<>(), "test", 0, Map.of(), 0);
        batches.onNext(Message.of(
                List.of(),
                Metadata.of(metadata),
                () -> {
                    acknowledged.add(offset);
                    return CompletableFuture.completedFuture(null);
                },
                failure -> {
                    refused.add(offset);
                    return CompletableFuture.completedFuture(null);
                }));
    }
}
