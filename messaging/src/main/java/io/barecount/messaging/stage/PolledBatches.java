package io.barecount.messaging.stage;

import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordBatchMetadata;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Hands a channel's batches on: one after the other in the order of the topic, and without waiting for one to be done before the next,
 * so that a stage finds all there is and does it in few transactions. A batch is acknowledged when all its effects are committed.
 *
 * <p>What is in work is bounded, in batches and in bytes; beyond that the topic waits.
 *
 * @param <K> of the records' keys
 */
public final class PolledBatches<K> implements Flow.Subscriber<Message<List<byte[]>>> {
    private static final Logger LOG = Logger.getLogger(PolledBatches.class);
    private static final int REQUESTED_MAX = 4;
    private static final int IN_WORK_MAX = 64;
    private static final long BYTES_MAX = 16L * 1024 * 1024;

    private final String channel;
    private final Function<ConsumerRecords<K, byte[]>, CompletionStage<Void>> handler;
    private final ExecutorService inOrder;
    private Flow.Subscription subscription;
    private int requested;
    private int inWork;
    private long bytes;

    private PolledBatches(String channel, Function<ConsumerRecords<K, byte[]>, CompletionStage<Void>> handler) {
        this.channel = channel;
        this.handler = handler;
        this.inOrder = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("channel-" + channel).factory());
    }

    /**
     * What an {@code @Incoming} method without arguments returns, declared as the interface: the connector looks at its type arguments.
     *
     * @param handler called for one batch at a time, and may block; completes once the batch may be forgotten, or exceptionally with
     *     {@link StageLoop.Stopping} if it is to be repeated. Any other failure stops the channel.
     */
    public static <K> PolledBatches<K> of(
            String channel, Function<ConsumerRecords<K, byte[]>, CompletionStage<Void>> handler) {
        return new PolledBatches<>(channel, handler);
    }

    @Override
    public void onSubscribe(Flow.Subscription to) {
        synchronized (this) {
            subscription = to;
        }
        requestMore();
    }

    @Override
    public void onNext(Message<List<byte[]>> message) {
        ConsumerRecords<K, byte[]> batch = message.getMetadata(IncomingKafkaRecordBatchMetadata.class)
                .orElseThrow(() -> new IllegalStateException("channel " + channel + " must have batch=true"))
                .getRecords();
        var size = sizeOf(batch);
        synchronized (this) {
            requested--;
            inWork++;
            bytes += size;
        }
        requestMore();
        inOrder.execute(() -> handle(batch).whenComplete((done, failure) -> {
            settle(message, failure);
            synchronized (this) {
                inWork--;
                bytes -= size;
            }
            requestMore();
        }));
    }

    private CompletionStage<Void> handle(ConsumerRecords<K, byte[]> batch) {
        try {
            return handler.apply(batch);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void settle(Message<?> message, Throwable failure) {
        if (failure == null) {
            message.ack();
        } else if (!StageLoop.isStopping(failure)) {
            LOG.errorf(failure, "channel %s stops: a batch could not be handled", channel);
            message.nack(failure);
        }
    }

    private void requestMore() {
        Flow.Subscription from;
        int more;
        synchronized (this) {
            var room = bytes < BYTES_MAX ? IN_WORK_MAX - inWork - requested : 0;
            more = Math.min(room, REQUESTED_MAX - requested);
            if (more <= 0) {
                return;
            }
            requested += more;
            from = subscription;
        }
        from.request(more);
    }

    private long sizeOf(ConsumerRecords<K, byte[]> batch) {
        var size = 0L;
        for (ConsumerRecord<K, byte[]> record : batch) {
            size += Math.max(0, record.serializedValueSize());
        }
        return size;
    }

    @Override
    public void onError(Throwable failure) {
        LOG.errorf(failure, "channel %s stopped", channel);
        inOrder.shutdown();
    }

    @Override
    public void onComplete() {
        inOrder.shutdown();
    }
}
