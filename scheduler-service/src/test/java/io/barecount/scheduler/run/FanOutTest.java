package io.barecount.scheduler.run;

import static io.barecount.contracts.manifest.FailureClass.BOUNDARY_VIOLATION;
import static io.barecount.contracts.manifest.FailureClass.INTERRUPTED;
import static io.barecount.contracts.manifest.FailureClass.WORKLOAD_FAILED;
import static io.barecount.scheduler.run.Way.NOON;
import static io.barecount.scheduler.run.Way.RUN;
import static io.barecount.scheduler.run.Way.retrying;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.dispatch.DispatchEvent.Start;
import io.barecount.contracts.dispatch.DispatchEvent.Stop;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.run.RunEvent;
import io.barecount.contracts.submission.SubmissionEvent;
import io.barecount.scheduler.Pipeline;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Batches: their parallelism, their tolerance, their merge, and how they are stopped. */
class FanOutTest {
    @Test
    void aBatchKeepsToItsParallelism() {
        var way = new Way().permit(Pipeline.ofSlices(4).withParallelism(2));
        assertThat(way.starts()).containsExactly("0/1", "1/1");
        assertThat(way.told(Start.class).map(Start::slice)).containsExactly("slice-0", "slice-1");

        assertThat(way.succeeded(1, 1).starts()).containsExactly("2/1");
        assertThat(way.succeeded(0, 1).starts()).containsExactly("3/1");
        assertThat(way.succeeded(2, 1).told).isEmpty();
        assertThat(way.succeeded(3, 1).told(RunEvent.Succeeded.class)).hasSize(1);
    }

    @Test
    void aBatchKeepsToItsRunnersScaling() {
        var way = new Way().permit(Pipeline.ofSlices(4).withParallelism(3).withScalingMax(2));

        assertThat(way.starts()).containsExactly("0/1", "1/1");
    }

    @Test
    void aTaskThatWaitsForItsRetryKeepsItsPlace() {
        var way = new Way()
                .permit(retrying(Pipeline.ofSlices(3).withParallelism(1)))
                .failed(0, 1, WORKLOAD_FAILED);
        assertThat(way.told).isEmpty();

        assertThat(way.after(Duration.ofSeconds(10)).starts()).containsExactly("0/2");
        assertThat(way.succeeded(0, 2).starts()).containsExactly("1/1");
    }

    @Test
    void theMergeComesAfterAllSlicesAndEndsTheRun() {
        var way = new Way().permit(Pipeline.ofSlices(2).withMerge()).succeeded(1, 1);
        assertThat(way.told).isEmpty();

        way.succeeded(0, 1);
        assertThat(way.told(Start.class)).singleElement().satisfies(start -> {
            assertThat(start.attempt()).isEqualTo(RUN.task(2).attempt(1));
            assertThat(start.merge()).isTrue();
            assertThat(start.slice()).isNull();
        });
        assertThat(way.succeeded(2, 1).told(RunEvent.Succeeded.class))
                .singleElement()
                .extracting(RunEvent.Succeeded::tasks)
                .isEqualTo(3);
    }

    @Test
    void theMergeIsNotTolerated() {
        var way = new Way()
                .permit(Pipeline.ofSlices(2).withTolerance(1).withMerge())
                .succeeded(0, 1)
                .succeeded(1, 1)
                .failed(2, 1, WORKLOAD_FAILED);

        assertThat(way.summary().status()).isEqualTo(Status.FAILED);
        assertThat(way.summary().reason()).startsWith("the merging task failed: task 2, attempt 1");
    }

    @Test
    void toleratedFailuresAreCountedAndMergedOver() {
        var way = new Way()
                .permit(Pipeline.ofSlices(3).withTolerance(1).withMerge())
                .failed(0, 1, WORKLOAD_FAILED)
                .succeeded(1, 1)
                .succeeded(2, 1)
                .succeeded(3, 1);

        assertThat(way.told(RunEvent.Succeeded.class))
                .singleElement()
                .extracting(RunEvent.Succeeded::failed)
                .isEqualTo(1);
    }

    @Test
    void oneFailureTooManyStopsWhatIsOutAndEndsOnceAllConfirmed() {
        var way = new Way()
                .permit(Pipeline.ofSlices(6).withParallelism(4).withTolerance(1))
                .failed(0, 1, WORKLOAD_FAILED);
        assertThat(way.starts()).containsExactly("4/1");

        way.failed(2, 1, BOUNDARY_VIOLATION);
        assertThat(way.starts()).isEmpty();
        assertThat(way.stops()).containsExactly("1/1", "3/1", "4/1");
        assertThat(way.summary().status()).isEqualTo(Status.FAILING);

        assertThat(way.stopped(1, 1).told).isEmpty();
        assertThat(way.succeeded(3, 1).told).isEmpty();
        assertThat(way.stopped(4, 1).told(RunEvent.Failed.class))
                .singleElement()
                .satisfies(failed -> {
                    assertThat(failed.failed()).isEqualTo(2);
                    assertThat(failed.cost()).isEqualTo(Money.usd("0.105"));
                    assertThat(failed.reason())
                            .isEqualTo(
                                    "2 failed tasks, 1 tolerated; the last: task 2, attempt 1: boundary-violation: exit 3");
                });
    }

    @Test
    void aFailingRunCanNotBeCancelled() {
        var way = new Way().permit(Pipeline.ofSlices(2)).failed(0, 1, WORKLOAD_FAILED);
        var before = way.state;

        assertThat(way.cancel().state).isSameAs(before);
        assertThat(way.stopped(1, 1).summary().status()).isEqualTo(Status.FAILED);
    }

    @Test
    void cancelledIsSaidOnlyAfterEveryAttemptConfirmed() {
        var way = new Way().permit(Pipeline.ofSlices(3)).started(0, 1).cancel();
        assertThat(way.stops()).containsExactly("0/1", "1/1", "2/1");
        assertThat(way.told(Stop.class).map(Stop::reason)).containsOnly("the run was cancelled: wrong input");
        assertThat(way.told(RunEvent.class)).isEmpty();
        assertThat(way.summary().status()).isEqualTo(Status.CANCELLING);

        assertThat(way.stopped(0, 1).told).isEmpty();
        assertThat(way.failed(1, 1, INTERRUPTED).told).isEmpty();
        assertThat(way.succeeded(2, 1).told)
                .containsExactly(
                        new RunEvent.Cancelled(RUN, "plant-a", "quality", NOON, 3, Money.usd("0.063"), "wrong input"));
    }

    @Test
    void aCancelledRunGivesUpItsRetries() {
        var way = new Way()
                .permit(retrying(Pipeline.ofOneTask()))
                .failed(0, 1, WORKLOAD_FAILED)
                .cancel();

        assertThat(way.told(RunEvent.Cancelled.class)).hasSize(1);
        assertThat(way.after(Duration.ofDays(1)).told).isEmpty();
    }

    @Test
    void aCancelledRunRetriesNothing() {
        var way = new Way().permit(retrying(Pipeline.ofSlices(2))).cancel().failed(0, 1, WORKLOAD_FAILED);
        assertThat(way.summary().nextDueAt()).isNull();

        assertThat(way.stopped(1, 1).summary().status()).isEqualTo(Status.CANCELLED);
        assertThat(way.summary().failed()).isZero();
    }

    @Test
    void aMillionTasksAreAsSmallAsOne() {
        var way = new Way().permit(Pipeline.ofCount(1_000_000, 2));
        var atFirst = Json.text(way.state, RunState.class).length();

        for (var task = 0; task < 1000; task++) {
            way.succeeded(task, 1);
        }

        assertThat(way.summary().tasks()).isEqualTo(1_000_000);
        assertThat(way.told(Start.class))
                .singleElement()
                .extracting(Start::slice)
                .isEqualTo("1001");
        assertThat(Json.text(way.state, RunState.class).length() - atFirst).isLessThan(50);
        assertThat(way.cancel().succeeded(1000, 1).stopped(1001, 1).summary().status())
                .isEqualTo(Status.CANCELLED);
    }

    @Test
    void tasksInOrderFollowOneAnother() {
        var way = new Way().permit(retrying(Pipeline.ofCount(3, 1).inOrder())).failed(0, 1, WORKLOAD_FAILED);
        assertThat(way.told).isEmpty();

        assertThat(way.after(Duration.ofSeconds(10)).starts()).containsExactly("0/2");
        assertThat(way.succeeded(0, 2).starts()).containsExactly("1/1");
    }

    @Test
    void whatARunDidNotGetDoneIsRedrivenAsASubmissionOfItsOwn() {
        var way = new Way().permit(Pipeline.ofCount(100, 3).withTolerance(1, 0));
        way.succeeded(0, 1).failed(1, 1, WORKLOAD_FAILED).succeeded(2, 1).failed(3, 1, WORKLOAD_FAILED);
        assertThat(way.then(new RunInput.Redrive("ann")).told).isEmpty();
        way.stopped(4, 1).stopped(5, 1);
        assertThat(way.summary().status()).isEqualTo(Status.FAILED);

        way.then(new RunInput.Redrive("ann"));

        var submitted = way.told(SubmissionEvent.Submitted.class).findFirst().orElseThrow();
        var manifest = Json.read(submitted.body().manifest(), Manifest.class);
        assertThat(submitted.run()).isNotEqualTo(RUN);
        assertThat(submitted.body().parameters()).containsEntry("redrive.of", RUN.toString());
        assertThat(manifest.spec().batch().only()).isEqualTo("1,3..99");
        assertThat(manifest.taskCount()).isEqualTo(98);
        assertThat(manifest.spec().batch().slice(1)).isEqualTo("3");
        assertThat(way.then(new RunInput.Redrive("ben")).told(SubmissionEvent.Submitted.class))
                .extracting(SubmissionEvent.Submitted::run)
                .containsExactly(submitted.run());
    }

    @Test
    void whatIsDoneOrMergesIsNotRedriven() {
        var done = new Way().permit(Pipeline.ofOneTask()).succeeded(0, 1);
        assertThat(done.then(new RunInput.Redrive("ann")).told).isEmpty();

        var merging = new Way().permit(Pipeline.ofSlices(1).withMerge()).failed(0, 1, WORKLOAD_FAILED);
        assertThat(merging.then(new RunInput.Redrive("ann")).told).isEmpty();
    }

    @Test
    void aRetryCanBeHadAtOnce() {
        var way = new Way().permit(retrying(Pipeline.ofOneTask())).failed(0, 1, WORKLOAD_FAILED);

        assertThat(way.then(new RunInput.Retry()).starts()).containsExactly("0/2");
    }

    @Test
    void aShareOfFailuresIsJudgedWhileItRuns() {
        var way = new Way().permit(Pipeline.ofCount(100, 3).withTolerance(0, 2));
        way.failed(0, 1, WORKLOAD_FAILED).failed(1, 1, WORKLOAD_FAILED);
        assertThat(way.summary().status()).isEqualTo(Status.QUEUED);

        assertThat(way.failed(2, 1, WORKLOAD_FAILED).summary().status()).isEqualTo(Status.FAILING);
    }

    /** Some thousand failures of each third task cost an eighth of a byte per task. */
    @Test
    void theStateDoesNotGrowWithTheTasksThatAreDone() {
        var way = new Way().permit(Pipeline.ofSlices(3000).withParallelism(2).withTolerance(2999));
        var atFirst = Json.text(way.state, RunState.class).length();

        for (var task = 0; task < 2990; task++) {
            way = task % 3 == 0 ? way.failed(task, 1, WORKLOAD_FAILED) : way.succeeded(task, 1);
        }

        assertThat(way.summary().succeeded() + way.summary().failed()).isEqualTo(2990);
        assertThat(Json.text(way.state, RunState.class).length() - atFirst).isLessThan(8192);
        assertThat(way.told(DispatchEvent.class)).hasSize(1);
    }
}
