package io.barecount.oracle;

import io.barecount.oracle.Execution.Ending;
import java.util.ArrayList;
import java.util.List;

/** All that was started here, by any service. */
final class Executions {
    private final StartLog log;
    private final Workloads workloads;
    private final Calls calls;
    private final Happenings happenings;
    private final List<Execution> all = new ArrayList<>();

    Executions(StartLog log, Workloads workloads, Calls calls, Happenings happenings) {
        this.log = log;
        this.workloads = workloads;
        this.calls = calls;
        this.happenings = happenings;
    }

    /** Accepts a start for good, and lets it run; who has seen it in the log can end it. */
    synchronized Execution start(Started started) {
        log.append(started);
        var execution = new Execution(started, calls.birth());
        all.add(execution);
        execution.whenEnded(ending -> happenings.ended(started));
        workloads.workload().ifPresent(execution::run);
        return execution;
    }

    /** Ends the oldest execution with this id that is still running. */
    void end(String id, Ending ending) {
        running(id).end(ending);
    }

    private synchronized Execution running(String id) {
        return all.stream()
                .filter(execution -> execution.started().id().equals(id) && execution.running())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing is running as " + id));
    }

    synchronized void abandonAll() {
        all.forEach(Execution::abandon);
    }
}
