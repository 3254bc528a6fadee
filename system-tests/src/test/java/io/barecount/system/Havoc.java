package io.barecount.system;

import static org.awaitility.Awaitility.await;

import io.barecount.embedded.broker.TopicCreation;
import io.barecount.embedded.platform.Platform;
import io.barecount.embedded.platform.PlatformState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/**
 * Ends processes of a cluster, in random order, each as often as the others: two of three by the signal that none survives, the others
 * by the one that asks. The next one's turn comes when all is whole again.
 */
final class Havoc implements AutoCloseable {
    private static final Duration WHOLE_WITHIN = Duration.ofMinutes(3);
    private static final int PAUSE_MILLIS_MAX = 3000;

    private final Platform platform;
    private final Random random;
    private final Admin admin;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private final List<String> turn = new ArrayList<>();

    /** How long it took until all was whole again, in seconds, by process. */
    private final Map<String, List<Double>> wholeAfter = new TreeMap<>();

    Havoc(Platform platform, long seed) throws IOException {
        this.platform = platform;
        this.random = new Random(seed);
        this.admin = Admin.create(Map.of("bootstrap.servers", platform.state().broker()));
    }

    void wreakFor(Duration time) throws IOException, InterruptedException {
        var until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < until) {
            if (turn.isEmpty()) {
                platform.state().processes().stream()
                        .map(PlatformState.Running::name)
                        .filter(name -> !name.equals("agent"))
                        .forEach(turn::add);
                Collections.shuffle(turn, random);
            }
            end(turn.remove(0), random.nextInt(3) > 0);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(PAUSE_MILLIS_MAX));
        }
    }

    void end(String name, boolean kill) throws IOException {
        var before = running(name).pid();
        var began = System.nanoTime();
        ProcessHandle.of(before).ifPresent(process -> {
            if (kill) {
                process.destroyForcibly();
            } else {
                process.destroy();
            }
        });
        await(name)
                .atMost(WHOLE_WITHIN)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() -> running(name).pid() != before && isWhole());
        wholeAfter
                .computeIfAbsent(name + (kill ? " killed" : " ended"), n -> new ArrayList<>())
                .add((System.nanoTime() - began) / 1e9);
    }

    private PlatformState.Running running(String name) throws IOException {
        return platform.state().processes().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Every process answers, and every partition is on all brokers. */
    private boolean isWhole() throws IOException, InterruptedException, ExecutionException {
        for (var process : platform.state().processes()) {
            if (process.address() != null
                    && process.address().startsWith("http")
                    && !process.name().equals("agent")
                    && !isReady(process.address())) {
                return false;
            }
        }
        var brokers = platform.state().broker().split(",").length;
        return admin.describeTopics(TopicCreation.names()).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .allMatch(partition -> partition.isr().size() == brokers);
    }

    private boolean isReady(String address) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(address + "/q/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }

    Map<String, List<Double>> wholeAfter() {
        return wholeAfter;
    }

    @Override
    public void close() {
        admin.close();
        http.close();
    }
}
