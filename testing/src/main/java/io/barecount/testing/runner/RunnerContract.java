package io.barecount.testing.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.testing.TopicProbe;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every runner must do. A subclass has a static method {@code runners} with the runners to be judged, as a stream of {@link
 * RunnerUnderTest}.
 */
public abstract class RunnerContract {
    private static final String RUNNERS = "runners";
    private static final int TOGETHER = 8;

    protected TopicProbe probe;

    /** Of the broker that the gateway uses. */
    protected abstract String bootstrapServers();

    @BeforeEach
    public final void open() {
        probe = new TopicProbe(bootstrapServers());
    }

    @AfterEach
    public final void close() {
        probe.close();
    }

    @ParameterizedTest
    @MethodSource(RUNNERS)
    public void oneJobGivesTheSameOutputAndTheSameEventsOnEveryRunner(RunnerUnderTest runner) {
        var run = TestRun.of(runner, probe);
        run.dispatch();

        var told = run.told(2);
        assertThat(told.get(0)).isInstanceOf(ExecutionEvent.Started.class);
        assertThat(told.get(1)).as("%s", told).isInstanceOf(ExecutionEvent.Succeeded.class);
        assertThat(run.result()).isEqualTo("hello world\n");
        assertThat(runner.get("task-outputs/" + run.id + "/0/result.txt")).isEqualTo("hello world\n");
        assertThat(run.starts()).isOne();
        var evidence = evidence((ExecutionEvent.Succeeded) told.get(1));
        assertThat(evidence.runnerType()).isEqualTo(runner.runner().type());
        assertThat(evidence.exitCode()).isZero();
        assertThat(evidence.outputs()).hasSize(2);
        assertThat(evidence.network().requested()).contains(run.boundary.name());
        assertThat(evidence.network().applied()).isNotBlank();
        assertThat(evidence.network().observed()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource(RUNNERS)
    public void aDispatchThatIsRepeatedStartsNothingAgain(RunnerUnderTest runner) {
        var run = TestRun.of(runner, probe);
        run.dispatch();
        run.dispatch();

        assertThat(run.told(2)).hasSize(2).last().isInstanceOf(ExecutionEvent.Succeeded.class);
        assertThat(run.starts()).isOne();
    }

    /** In a boundary for which nothing was provisioned yet: each of them finds it missing. */
    @ParameterizedTest
    @MethodSource(RUNNERS)
    public void manyThatNeedTheSameProvisionedAtOnceAreAllStarted(RunnerUnderTest runner) {
        var run = TestRun.batch(runner, TOGETHER, probe);
        run.dispatch();

        assertThat(run.told(2 * TOGETHER))
                .filteredOn(event -> !(event instanceof ExecutionEvent.Started))
                .hasSize(TOGETHER)
                .allSatisfy(event -> assertThat(event).isInstanceOf(ExecutionEvent.Succeeded.class));
        assertThat(run.starts()).isEqualTo(TOGETHER);
    }

    /**
     * All mishaps at once, each to some call: no run is started twice, none succeeds without a start, and none fails but for a mishap that
     * kept it from starting, and after which it may not be tried again.
     */
    @ParameterizedTest
    @MethodSource(RUNNERS)
    public void whateverHappensToCallsEachRunStartsOnceOrEndsHonestly(RunnerUnderTest runner) {
        var mishaps = runner.mishaps();
        mishaps.forEach(runner::nextStart);
        var runs = mishaps.stream().map(mishap -> TestRun.of(runner, probe)).toList();
        runs.forEach(TestRun::dispatch);

        var failed = 0;
        for (var run : runs) {
            var end = run.end();
            if (end instanceof ExecutionEvent.Failed failure) {
                failed++;
                assertThat(failure.failureClass())
                        .as("%s", failure)
                        .isIn(FailureClass.NOT_STARTED, FailureClass.IN_DOUBT);
                assertThat(failure.reason()).isNotBlank();
                assertThat(run.starts()).as("%s", failure).isZero();
            } else {
                assertThat(end).isInstanceOf(ExecutionEvent.Succeeded.class);
                assertThat(run.starts()).as("%s", end).isOne();
            }
        }
        assertThat(failed).isLessThanOrEqualTo((int)
                mishaps.stream().filter(Mishap::mayKeepFromStarting).count());
    }

    @ParameterizedTest
    @MethodSource(RUNNERS)
    public void aStopIsSaidOnceItHasStopped(RunnerUnderTest runner) {
        var run = sleeping(runner);

        run.stop();

        assertThat(run.told(2).get(1)).isInstanceOf(ExecutionEvent.Stopped.class);
    }

    @ParameterizedTest
    @MethodSource(RUNNERS)
    public void aRunnerThatIsLostInterruptsTheAttempt(RunnerUnderTest runner) {
        var run = sleeping(runner);

        runner.loseWhatRuns();

        assertFailed(run.told(2).get(1), FailureClass.INTERRUPTED);
    }

    @ParameterizedTest
    @MethodSource(RUNNERS)
    public void theTimeoutIsKept(RunnerUnderTest runner) {
        var run = new TestRun(runner, "exec sleep 60\n", Duration.ofSeconds(1), probe);
        run.dispatch();

        assertFailed(run.told(2).get(1), FailureClass.TIMED_OUT);
    }

    @ParameterizedTest
    @MethodSource(RUNNERS)
    public void aNetworkThatLeadsOutIsNotStartedIn(RunnerUnderTest runner) {
        var run = TestRun.of(runner, probe);
        runner.openToTheInternet(run.boundary);
        run.dispatch();

        assertFailed(run.told(), FailureClass.BOUNDARY_VIOLATION);
        assertThat(run.starts()).isZero();
    }

    @ParameterizedTest
    @MethodSource(RUNNERS)
    public void aNetworkThatIsOpenedLaterStopsWhatIsInIt(RunnerUnderTest runner) {
        var run = sleeping(runner);

        runner.openToTheInternet(run.boundary);

        assertFailed(run.told(2).get(1), FailureClass.BOUNDARY_VIOLATION);
    }

    private TestRun sleeping(RunnerUnderTest runner) {
        var run = TestRun.sleeping(runner, probe);
        run.dispatch();
        assertThat(run.told()).isInstanceOf(ExecutionEvent.Started.class);
        return run;
    }

    private static void assertFailed(ExecutionEvent event, FailureClass failureClass) {
        assertThat(event)
                .isInstanceOfSatisfying(
                        ExecutionEvent.Failed.class,
                        failed -> assertThat(failed.failureClass()).isEqualTo(failureClass));
    }

    protected static Evidence evidence(ExecutionEvent.Succeeded succeeded) {
        return Json.fromTree(succeeded.evidence().peek().predicate(), Evidence.class);
    }
}
