package io.barecount.messaging.stage;

import io.barecount.messaging.outbox.Outbox;
import io.barecount.messaging.outbox.OutboxRow;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.narayana.jta.QuarkusTransaction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Gathers work of all origins and does it in batches, each in one transaction: the more there is, the larger the batches.
 *
 * <p>One thread, one queue of bounded length: {@link #submit} blocks while it is full, and so holds back whoever polls. A batch that
 * fails is repeated with growing delay for as long as it takes; a batch that the database refuses for what is in it is halved until
 * the one item is found, and that one is given to {@link Work#refuse}.
 */
public final class StageLoop<T> implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StageLoop.class);
    private static final int BATCH_MAX = 500;
    private static final Duration IDLE = Duration.ofMillis(100);
    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final Duration DELAY_MAX = Duration.ofSeconds(10);

    /** What is done with a batch. Both methods run inside the batch's transaction and return what is to be sent after it. */
    public interface Work<T> {
        /** In order; called again for the same batch if its transaction fails. */
        List<OutboxRow> perform(List<T> batch);

        /** Called for an item whose transaction can never succeed. */
        List<OutboxRow> refuse(T item, Throwable cause);

        /** Keys whose unsent events have to go out before this batch's; {@link #perform} has locked them. */
        List<String> keys(List<T> batch);
    }

    /** The service is ending: what was submitted is not done, and to be submitted again in its next life. */
    public static final class Stopping extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        public Stopping(String stage) {
            super("stage " + stage + " is stopping");
        }
    }

    /** Whether it is {@link Stopping}, or comes of it. */
    public static boolean isStopping(Throwable failure) {
        return failure != null && (failure instanceof Stopping || isStopping(failure.getCause()));
    }

    private record Item<T>(T value, CompletableFuture<Void> done) {}

    private final String name;
    private final Work<T> work;
    private final Outbox outbox;
    private final int batchMax;
    private final BlockingQueue<Item<T>> queue;

    /** Told, not yet sent. */
    private final List<OutboxRow> committed = new ArrayList<>();

    /** Sent, not yet deleted. */
    private final List<Long> sent = new ArrayList<>();

    private final Thread thread;
    private final Timer batches;
    private final Counter items;
    private volatile boolean closed;
    private volatile String failing;

    public StageLoop(String name, Outbox outbox, Work<T> work, MeterRegistry metrics) {
        this(name, outbox, work, BATCH_MAX, metrics);
    }

    /** @param batchMax of items in one transaction */
    public StageLoop(String name, Outbox outbox, Work<T> work, int batchMax, MeterRegistry metrics) {
        this.name = name;
        this.outbox = outbox;
        this.work = work;
        this.batchMax = batchMax;
        this.queue = new ArrayBlockingQueue<>(Math.max(2 * batchMax, 4 * BATCH_MAX));
        this.batches = Timer.builder("barecount.stage.batch").tag("stage", name).register(metrics);
        this.items = Counter.builder("barecount.stage.items").tag("stage", name).register(metrics);
        Gauge.builder("barecount.stage.queued", queue, BlockingQueue::size)
                .tag("stage", name)
                .register(metrics);
        Gauge.builder("barecount.stage.failing", () -> failing == null ? 0 : 1)
                .tag("stage", name)
                .register(metrics);
        this.thread = Thread.ofPlatform().name("stage-" + name).unstarted(this::run);
    }

    /** Begins to work; inputs may be submitted before. */
    public StageLoop<T> start() {
        thread.start();
        return this;
    }

    /** Completes when the item's effects are committed and their events are on the broker; blocks while the queue is full. */
    public CompletableFuture<Void> submit(T value) {
        var item = new Item<>(value, new CompletableFuture<Void>());
        try {
            while (!queue.offer(item, IDLE.toMillis(), TimeUnit.MILLISECONDS)) {
                refuseIfClosed();
            }
            refuseIfClosed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            item.done().completeExceptionally(e);
        }
        return item.done();
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new Stopping(name);
        }
    }

    /** Why the stage makes no progress at present; null while it does. */
    public String failing() {
        return failing;
    }

    /** Waits for the batch in work; what is still queued is not done, and will be repeated by whoever waits for it. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
        queue.forEach(item -> item.done().completeExceptionally(new Stopping(name)));
    }

    private void run() {
        while (!closed) {
            try {
                var first = queue.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
                if (first == null) {
                    clearSent();
                    continue;
                }
                var batch = new ArrayList<Item<T>>();
                batch.add(first);
                queue.drainTo(batch, batchMax - 1);
                complete(batch);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.errorf(e, "stage %s: clearing the outbox failed; it is tried again", name);
            }
        }
    }

    private void complete(List<Item<T>> batch) throws InterruptedException {
        var delay = FIRST_DELAY;
        while (true) {
            try {
                var began = System.nanoTime();
                attempt(batch, null);
                batches.record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
                items.increment(batch.size());
                failing = null;
                batch.forEach(item -> item.done().complete(null));
                return;
            } catch (RuntimeException e) {
                if (refusedForItsContent(e)) {
                    split(batch, e);
                    return;
                }
                failing = e.toString();
                LOG.errorf(e, "stage %s: a batch of %d failed; again in %s", name, batch.size(), delay);
                if (closed) {
                    batch.forEach(item -> item.done().completeExceptionally(new Stopping(name)));
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(delay.toMillis());
                delay = delay.multipliedBy(2).compareTo(DELAY_MAX) < 0 ? delay.multipliedBy(2) : DELAY_MAX;
            }
        }
    }

    private void split(List<Item<T>> batch, RuntimeException cause) throws InterruptedException {
        if (batch.size() > 1) {
            complete(batch.subList(0, batch.size() / 2));
            complete(batch.subList(batch.size() / 2, batch.size()));
            return;
        }
        LOG.errorf(cause, "stage %s: the database refuses an item for its content", name);
        try {
            attempt(batch, cause);
        } finally {
            batch.get(0).done().completeExceptionally(cause);
        }
    }

    private void attempt(List<Item<T>> batch, RuntimeException refusal) {
        var values = batch.stream().map(Item::value).toList();
        sendCommitted();
        var rows = QuarkusTransaction.requiringNew().call(() -> {
            var outgoing = refusal == null ? work.perform(values) : work.refuse(values.get(0), refusal);
            outbox.sendUnsentOf(work.keys(values), sent);
            outbox.clear(sent);
            outbox.add(outgoing);
            return outgoing;
        });
        sent.clear();
        committed.addAll(rows);
        sendCommitted();
    }

    /** Nothing is done before what was done is told: also not the repeat of a batch whose events the broker did not take. */
    private void sendCommitted() {
        outbox.send(committed);
        committed.forEach(row -> sent.add(row.id));
        committed.clear();
    }

    private void clearSent() {
        if (!sent.isEmpty()) {
            QuarkusTransaction.requiringNew().run(() -> outbox.clear(sent));
            sent.clear();
        }
    }

    /**
     * SQL states of class 22 (data exception) and 23 (integrity), but for two that are tried again: 23505, as another instance was first, and
     * 23502, as a column that this version does not fill is the schema's fault: nothing could be stored, whatever it is.
     */
    public static boolean refusedForItsContent(Throwable failure) {
        return sqlState(failure)
                .filter(state -> state.startsWith("22") || state.startsWith("23"))
                .filter(state -> !"23505".equals(state) && !"23502".equals(state))
                .isPresent();
    }

    /** A transaction in which the database failed is over, whatever was done in it: it is no item's fault alone, and all of it is repeated. */
    static boolean isOfTheDatabase(Throwable failure) {
        return sqlState(failure).isPresent();
    }

    private static Optional<String> sqlState(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return Optional.of(sql.getSQLState());
            }
        }
        return Optional.empty();
    }
}
