package io.barecount.system;

import io.barecount.oracle.Fault;
import io.barecount.oracle.Faults;
import io.barecount.oracle.Operation;
import io.barecount.oracle.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds the calls by which a step is known until the gateway that made them is dead. */
final class Ambush implements Watch {
    private static final long FIRST_SECONDS = 180;

    /** Less than the time after which the gateway gives a call up. */
    private static final long OTHERS_SECONDS = 2;

    private static final class Laid {
        private final DispatchStep step;
        private final List<Operation> awaited;
        private final CountDownLatch first = new CountDownLatch(1);
        private final CountDownLatch all;
        private final CountDownLatch sprung = new CountDownLatch(1);

        private Laid(DispatchStep step) {
            this.step = step;
            this.awaited = new ArrayList<>(step.calls);
            this.all = new CountDownLatch(step.calls.size());
        }

        private synchronized boolean isFor(Operation operation, Moment moment) {
            return moment == step.moment && awaited.remove(operation);
        }
    }

    private volatile Laid laid;
    private volatile Faults faults;

    void faults(Faults given) {
        faults = given;
    }

    void lay(DispatchStep step) {
        laid = new Laid(step);
    }

    /** Kills when all calls of the step have come, or some have and the others don't. Returns how many had. */
    int spring(Runnable kill) throws InterruptedException {
        var now = laid;
        if (!now.first.await(FIRST_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("nothing came to " + now.step);
        }
        var unused = now.all.await(OTHERS_SECONDS, TimeUnit.SECONDS);
        laid = null;
        kill.run();
        now.sprung.countDown();
        return now.step.calls.size() - (int) now.all.getCount();
    }

    @Override
    public void on(Operation operation, Moment moment) {
        var now = laid;
        if (now == null || !now.isFor(operation, moment)) {
            return;
        }
        if (now.step == DispatchStep.SENDING) {
            faults.next(operation, Fault.REFUSE_BEFORE);
        }
        now.first.countDown();
        now.all.countDown();
        try {
            now.sprung.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
