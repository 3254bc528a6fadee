package io.barecount.gateway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.manifest.RunnerType;
import io.barecount.gateway.runner.Observation;
import io.barecount.gateway.runner.Runner.Followed;
import io.barecount.gateway.runner.StartOutcome;
import io.barecount.gateway.runner.Work;
import io.barecount.oracle.Fault;
import io.barecount.oracle.Operation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invocations that Lambda queues. */
class LambdaRunnerTest {
    private static final Work WORK = RunnersAlone.work(RunnerType.LAMBDA);

    @TempDir
    Path directory;

    private RunnersAlone alone;
    private LambdaRunner runner;

    @BeforeEach
    void start() {
        alone = new RunnersAlone(
                directory,
                Map.of(
                        "barecount.gateway.aws.lambda.role", "arn:aws:iam::000000000000:role/runner",
                        "barecount.gateway.aws.lambda.invocation", "async"));
        runner = alone.lambda();
    }

    @AfterEach
    void stop() {
        alone.close();
    }

    @Test
    void aQueuedInvocationIsAnsweredAtOnceAndKeepsNoConnection() throws Exception {
        var outcome = runner.start(runner.prepare(WORK, "token", "secret"), WORK)
                .toCompletableFuture()
                .get();

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        StartOutcome.Accepted.class,
                        accepted -> assertThat(accepted.ended()).isNull());
        assertThat(alone.oracle.starts()).singleElement().satisfies(started -> {
            assertThat(started.request().path("InvocationType").asText()).isEqualTo("Event");
            assertThat(started.version()).isEqualTo("1");
        });
    }

    @Test
    void lambdaTriesNothingAgainByItself() throws Exception {
        runner.start(runner.prepare(WORK, "token", "secret"), WORK)
                .toCompletableFuture()
                .get();

        alone.oracle.finish(alone.oracle.starts().get(0).id(), 1);

        assertThat(alone.oracle.starts()).hasSize(1);
    }

    @Test
    void whetherALostOneWasQueuedIsUnknown() throws Exception {
        var request = runner.prepare(WORK, "token", "secret");
        alone.oracle.faults().next(Operation.INVOKE, Fault.LOSE_RESPONSE);

        assertThat(runner.start(request, WORK).toCompletableFuture().get()).isInstanceOf(StartOutcome.Unknown.class);
        assertThat(runner.doubtMax(WORK, Duration.ofMinutes(2))).isGreaterThan(Duration.ofMinutes(6));
    }

    @Test
    void itIsOverWhenItCanNeitherBeDeliveredNorRunAnyMore() throws Exception {
        var request = runner.prepare(WORK, "token", "secret");
        var now = Instant.now();

        var observed = runner.observe(List.of(
                new Followed("old", request, now.minus(Duration.ofMinutes(8))),
                new Followed("young", request, now.minus(Duration.ofMinutes(6)))));

        assertThat(observed).containsOnlyKeys("old");
        assertThat(observed.get("old")).isInstanceOf(Observation.Ended.class);
    }
}
