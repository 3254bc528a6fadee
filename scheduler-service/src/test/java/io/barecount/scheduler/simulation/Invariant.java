package io.barecount.scheduler.simulation;

import io.barecount.contracts.Money;
import io.barecount.contracts.dispatch.DispatchEvent.Start;
import io.barecount.contracts.dispatch.DispatchEvent.Stop;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.run.RunEvent;
import java.time.Instant;
import java.util.stream.IntStream;

/** What has to hold of each event at the moment it is told, judged by all that was seen and told before. */
enum Invariant {
    NO_MORE_THAN_THE_PARALLELISM_AT_ONCE {
        @Override
        boolean allows(Witness witness, Object event, Instant now) {
            return !(event instanceof Start start)
                    // A retry takes the place that its task has kept.
                    || witness.out().size()
                                    + witness.awaitingRetry()
                                    - (start.attempt().number() > 1 ? 1 : 0)
                            < witness.parallelism();
        }
    },
    NO_ATTEMPT_IS_STARTED_TWICE {
        @Override
        boolean allows(Witness witness, Object event, Instant now) {
            return !(event instanceof Start start) || !witness.starts.containsKey(start.attempt());
        }
    },
    AN_ATTEMPT_FOLLOWS_THE_FAILURE_OF_THE_FORMER_ONE_AND_ITS_DELAY {
        @Override
        boolean allows(Witness witness, Object event, Instant now) {
            if (!(event instanceof Start start) || start.attempt().number() == 1) {
                return true;
            }
            var former = start.attempt().task().attempt(start.attempt().number() - 1);
            var backoff = witness.manifest.spec().execution().retries().backoff();
            return witness.ends.get(former) instanceof ExecutionEvent.Failed
                    && !witness.endedAt
                            .get(former)
                            .plus(backoff.multipliedBy(3L << (former.number() - 1))
                                    .dividedBy(4))
                            .isAfter(now);
        }
    },
    NOTHING_IS_RETRIED_THAT_FAILED_FOR_GOOD_OR_SUCCEEDED {
        @Override
        boolean allows(Witness witness, Object event, Instant now) {
            return !(event instanceof Start start)
                    || (!witness.failedForGood.contains(start.attempt().task().index())
                            && !witness.succeeded.contains(
                                    start.attempt().task().index()));
        }
    },
    EACH_TASK_GETS_ITS_SLICE {
        @Override
        boolean allows(Witness witness, Object event, Instant now) {
            if (!(event instanceof Start start)) {
                return true;
            }
            var task = start.attempt().task().index();
            var batch = witness.manifest.spec().batch();
            var slice = batch == null || witness.isMerge(task) ? null : "slice-" + task;
            return task < witness.manifest.taskCount()
                    && start.merge() == witness.isMerge(task)
                    && (slice == null ? start.slice() == null : slice.equals(start.slice()))
                    && start.spec().manifest().equals(witness.manifest);
        }
    },
    THE_MERGE_COMES_AFTER_ALL_SLICES {
        @Override
        boolean allows(Witness witness, Object event, Instant now) {
            return !(event instanceof Start start)
                    || !start.merge()
                    || IntStream.range(0, witness.slices())
                            .allMatch(task -> witness.succeeded.contains(task) || witness.failedForGood.contains(task));
        }
    },
    NOTHING_IS_STARTED_ONCE_THE_RUN_IS_TO_END {
        @Override
        boolean allows(Witness witness, Object event, Instant now) {
            return !(event instanceof Start) || (!witness.cancelled && !witness.failing);
        }
    },
    ONLY_WHAT_IS_OUT_IS_STOPPED_AND_ONCE {
        @Override
        boolean allows(Witness witness, Object event, Instant now) {
            return !(event instanceof Stop stop)
                    || ((witness.cancelled || witness.failing)
                            && witness.out().contains(stop.attempt())
                            && !witness.stops.contains(stop.attempt()));
        }
    },
    NOTHING_IS_SAID_AFTER_THE_END {
        @Override
        boolean allows(Witness witness, Object event, Instant now) {
            return !witness.isOver();
        }
    },
    QUEUED_COMES_FIRST_AND_RUNNING_ONCE_AFTER_A_START {
        @Override
        boolean allows(Witness witness, Object event, Instant now) {
            return switch (event) {
                case RunEvent.Queued queued -> witness.told.isEmpty();
                case RunEvent.Running running ->
                    witness.wasReportedStarted && witness.told.stream().noneMatch(RunEvent.Running.class::isInstance);
                case RunEvent.Denied denied -> witness.told.isEmpty();
                case RunEvent.Rejected rejected -> witness.told.isEmpty();
                default -> witness.isAdmitted();
            };
        }
    },
    THE_END_COMES_AFTER_ALL_ATTEMPTS_CONFIRMED {
        @Override
        boolean allows(Witness witness, Object event, Instant now) {
            return !(event instanceof RunEvent run)
                    || !Witness.isTerminal(run)
                    || witness.out().isEmpty();
        }
    },
    THE_END_IS_THE_ONE_THAT_HAPPENED {
        @Override
        boolean allows(Witness witness, Object event, Instant now) {
            return switch (event) {
                case RunEvent.Succeeded end ->
                    !witness.cancelled
                            && !witness.failing
                            && end.failed() == witness.failedForGood.size()
                            && witness.succeeded.size() + end.failed() == witness.manifest.taskCount();
                case RunEvent.Failed end ->
                    witness.failing && !witness.cancelled && end.failed() == witness.failedForGood.size();
                case RunEvent.Cancelled end -> witness.cancelled && !witness.failing;
                default -> true;
            };
        }
    },
    EVERY_ATTEMPT_THAT_WAS_OUT_AT_THE_STOP_WAS_STOPPED {
        @Override
        boolean allows(Witness witness, Object event, Instant now) {
            return !(event instanceof RunEvent.Cancelled || event instanceof RunEvent.Failed)
                    || witness.outAtTheStop.equals(witness.stops);
        }
    },
    THE_COST_IS_THE_SUM_OVER_ALL_REPORTED_ATTEMPTS {
        @Override
        boolean allows(Witness witness, Object event, Instant now) {
            Money cost = switch (event) {
                case RunEvent.Succeeded end -> end.cost();
                case RunEvent.Failed end -> end.cost();
                case RunEvent.Cancelled end -> end.cost();
                default -> witness.cost;
            };
            return cost.equals(witness.cost);
        }
    };

    abstract boolean allows(Witness witness, Object event, Instant now);
}
