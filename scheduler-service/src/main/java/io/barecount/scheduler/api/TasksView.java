package io.barecount.scheduler.api;

import io.barecount.contracts.TaskId;
import io.barecount.scheduler.run.RunState;
import io.barecount.scheduler.run.TaskSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What became of a run's tasks, a page of them.
 *
 * @param next to be given as {@code from} for what follows; null if nothing does
 */
record TasksView(List<Task> tasks, Integer next) {
    /**
     * @param state not-dispatched, dispatched, started, waiting, succeeded, failed or stopped
     * @param attempt number of the one that is out or waits; null for others
     */
    record Task(TaskId task, String state, Integer attempt) {}

    /** @param state of the tasks that are wanted; null for all */
    static TasksView of(RunState run, String state, int from, int limit) {
        var tasks = run.summary().tasks();
        var found = IntStream.range(Math.min(from, tasks), tasks)
                .mapToObj(tasks(run))
                .filter(task -> state == null || task.state().equals(state.toLowerCase(Locale.ROOT)))
                .limit(limit + 1L)
                .toList();
        return found.size() <= limit
                ? new TasksView(found, null)
                : new TasksView(found.subList(0, limit), found.get(limit).task().index());
    }

    private static IntFunction<Task> tasks(RunState state) {
        var run = state.summary().run();
        return switch (state) {
            case RunState.Ended ended ->
                task -> new Task(
                        run.task(task), word(task, ended.next(), ended.failedTasks(), ended.stoppedTasks()), null);
            case RunState.Active active -> {
                var busy = new HashMap<Integer, Task>();
                active.outstanding()
                        .forEach(out -> busy.put(
                                out.task(),
                                new Task(
                                        run.task(out.task()),
                                        out.started() ? "started" : "dispatched",
                                        out.attempt())));
                active.waiting()
                        .forEach(waiting -> busy.put(
                                waiting.task(), new Task(run.task(waiting.task()), "waiting", waiting.attempt())));
                yield task -> busy.containsKey(task)
                        ? busy.get(task)
                        : new Task(
                                run.task(task),
                                word(task, active.next(), active.failedTasks(), active.stoppedTasks()),
                                null);
            }
        };
    }

    private static String word(int task, int next, TaskSet failed, TaskSet stopped) {
        if (task >= next) {
            return "not-dispatched";
        }
        if (stopped.contains(task)) {
            return "stopped";
        }
        return failed.contains(task) ? "failed" : "succeeded";
    }
}
