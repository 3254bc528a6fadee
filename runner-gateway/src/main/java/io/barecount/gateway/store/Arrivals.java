package io.barecount.gateway.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes polls that wait for work. Work that came in at another instance is found when the wait is over. */
@ApplicationScoped
public class Arrivals {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private long count;

    /** How many times something arrived; to be read before looking for work, and given to {@link #await}. */
    public long count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    public void tell() {
        lock.lock();
        try {
            count++;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns as soon as something arrived after {@code seen}, or the time is over. */
    public void await(long seen, Duration most) throws InterruptedException {
        lock.lock();
        try {
            var nanos = most.toNanos();
            while (count == seen && nanos > 0) {
                nanos = arrived.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }
}
