package io.barecount.system;

import io.barecount.oracle.Operation;
import io.barecount.oracle.Watch.Moment;
import java.util.List;

/** Where in the dispatch protocol a gateway is killed, and by what the provider, or the workload, sees that it has come there. */
enum DispatchStep {
    /** The dispatch is taken, and nothing that could start it was sent. */
    PREPARING(
            Moment.ARRIVED, Operation.ASSUME_ROLE, Operation.ASSUME_ROLE, Operation.ASSUME_ROLE, Operation.ASSUME_ROLE),
    /** The request is stored, and it never comes to the provider. */
    SENDING(Moment.ARRIVED, Operation.INVOKE, Operation.RUN_TASK, Operation.START_JOB_RUN, Operation.RUN_INSTANCES),
    /** The provider has accepted it, and its answer comes to nobody. */
    ACCEPTED(Moment.ACTED, Operation.RUN_TASK, Operation.START_JOB_RUN, Operation.RUN_INSTANCES),
    /** The answer is under way, or was just read. */
    ANSWERED(Moment.ANSWERED, Operation.RUN_TASK, Operation.START_JOB_RUN, Operation.RUN_INSTANCES),
    FOLLOWING(Moment.ARRIVED, Operation.DESCRIBE_TASKS, Operation.DESCRIBE_INSTANCES),
    /** The workload has claimed its attempt and begun. */
    WORKING(null),
    /** The workload has done its work, and its report is about to come. */
    REPORTING(null);

    final Moment moment;
    final List<Operation> calls;

    DispatchStep(Moment moment, Operation... calls) {
        this.moment = moment;
        this.calls = List.of(calls);
    }
}
