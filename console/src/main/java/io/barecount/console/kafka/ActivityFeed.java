package io.barecount.console.kafka;

import io.barecount.console.activity.Activity;
import io.barecount.contracts.Topic;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.MalformedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/** Keeps {@link Activity} by reading its topics along from their beginning, and watches all topics grow. */
@ApplicationScoped
public class ActivityFeed {
    private static final Logger LOG = Logger.getLogger(ActivityFeed.class);
    private static final List<String> READ = List.of(Topic.RUNS.topicName(), Topic.DECISIONS.topicName());
    private static final String DENIED = EventTypes.typeOf(DecisionEvent.Denied.class);
    private static final Duration POLL_MAX = Duration.ofMillis(200);
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int RATES_MAX = 600;
    private static final long AGAIN_MILLIS = 1_000;

    private final Brokers brokers;
    private final Clock clock = Clock.systemUTC();
    private final Activity activity = new Activity();
    private final Map<TopicPartition, Long> read = new HashMap<>();
    private final ArrayDeque<Rate> rates = new ArrayDeque<>();
    private final List<Runnable> onChange = new CopyOnWriteArrayList<>();
    private volatile Consumer<byte[], byte[]> consumer;
    private volatile boolean stopping;
    private boolean reachedEnd;
    private boolean known;
    private long records;
    private Instant recordsAt;

    ActivityFeed(Brokers brokers) {
        this.brokers = brokers;
    }

    /** Records that came on all topics, per second, up to this time. */
    public record Rate(Instant at, double perSecond) {}

    /**
     * @param known false as long as the broker has not answered
     * @param complete whether the topics have been read to their end once
     * @param records on all topics together, as offsets count them
     * @param rates by the second, the latest last
     */
    public record Live(boolean known, boolean complete, long records, List<Rate> rates, Activity.Snapshot activity) {}

    void start(@Observes StartupEvent event) {
        Thread.ofPlatform().daemon().name("activity").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        var reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
    }

    /** Called about once a second if something changed, by a thread that must not be held up. */
    public void onChange(Runnable listener) {
        onChange.add(listener);
    }

    public synchronized Live live(Duration window, Duration step) {
        return new Live(
                known, reachedEnd, records, List.copyOf(rates), activity.snapshot(clock.instant(), window, step));
    }

    private void run() {
        while (!stopping) {
            try (var reading = brokers.consumer()) {
                consumer = reading;
                follow(reading);
            } catch (WakeupException | InterruptedException e) {
                return;
            } catch (RuntimeException | ExecutionException e) {
                LOG.warnf("the topics can't be read at present: %s; again in %d ms", e, AGAIN_MILLIS);
                synchronized (this) {
                    known = false;
                }
                pause();
            }
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
        } catch (InterruptedException e) {
            stopping = true;
        }
    }

    private void follow(Consumer<byte[], byte[]> reading) throws InterruptedException, ExecutionException {
        var followed = Brokers.partitions(READ);
        var all = Brokers.partitions(Brokers.topics());
        reading.assign(followed);
        followed.forEach(each -> {
            if (read.containsKey(each)) {
                reading.seek(each, read.get(each));
            } else {
                reading.seekToBeginning(List.of(each));
            }
        });
        var tick = System.nanoTime();
        while (!stopping) {
            for (var record : reading.poll(POLL_MAX)) {
                apply(record);
            }
            if (System.nanoTime() - tick >= 0) {
                tick = System.nanoTime() + TICK_NANOS;
                if (sample(reading, followed, brokers.offsets(all, OffsetSpec.latest()))) {
                    onChange.forEach(Runnable::run);
                }
            }
        }
    }

    private synchronized boolean sample(
            Consumer<byte[], byte[]> reading, List<TopicPartition> followed, Map<TopicPartition, Long> ends) {
        var total = ends.values().stream().mapToLong(each -> each).sum();
        var now = clock.instant();
        var changed = !known || total != records || !reachedEnd;
        if (known) {
            var seconds = Math.max(0.001, Duration.between(recordsAt, now).toMillis() / 1000.0);
            rates.add(new Rate(now, Math.max(0, total - records) / seconds));
            if (rates.size() > RATES_MAX) {
                rates.remove();
            }
        }
        known = true;
        records = total;
        recordsAt = now;
        reachedEnd |= followed.stream().allMatch(each -> reading.position(each) >= ends.get(each));
        return changed;
    }

    private synchronized void apply(ConsumerRecord<byte[], byte[]> record) {
        read.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        var headers = new HashMap<String, String>();
        record.headers().forEach(header -> {
            if (header.value() != null) {
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
            }
        });
        var topic = Topic.named(record.topic()).orElseThrow();
        if (topic == Topic.DECISIONS && !DENIED.equals(headers.get("ce_type"))) {
            return;
        }
        try {
            activity.apply(EventCodec.decode(topic, headers, record.value()));
        } catch (MalformedEvent e) {
            LOG.debugf("%s-%d@%d is no event", record.topic(), record.partition(), record.offset());
        }
    }
}
