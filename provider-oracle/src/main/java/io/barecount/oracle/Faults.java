package io.barecount.oracle;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/** What goes wrong, and when. Faults queued for the next calls come first, then the one that always strikes. */
public final class Faults {
    private final Map<Operation, Deque<Fault>> queued = new EnumMap<>(Operation.class);
    private final Map<Operation, Fault> constant = new EnumMap<>(Operation.class);
    private int lag = 2;
    private String failureReason = "RESOURCE:ENI";

    /** One fault for each of the next calls, behind those already queued. */
    public synchronized Faults next(Operation operation, Fault... faults) {
        Collections.addAll(queued.computeIfAbsent(operation, ignored -> new ArrayDeque<>()), faults);
        return this;
    }

    public synchronized Faults always(Operation operation, Fault fault) {
        constant.put(operation, fault);
        return this;
    }

    /** For how many calls of an operation a thing stays unseen under {@link Fault#LAGGING}; 2 unless told. */
    public synchronized Faults lag(int calls) {
        lag = calls;
        return this;
    }

    /** The reason that {@link Fault#EMPTY_FAILURES} gives; RESOURCE:ENI unless told. */
    public synchronized Faults failureReason(String reason) {
        failureReason = reason;
        return this;
    }

    /** Nothing goes wrong from now on. */
    public synchronized void clear() {
        queued.clear();
        constant.clear();
    }

    synchronized Fault take(Operation operation) {
        var queue = queued.get(operation);
        return queue == null || queue.isEmpty() ? constant.getOrDefault(operation, Fault.NONE) : queue.removeFirst();
    }

    synchronized int lag() {
        return lag;
    }

    synchronized String failureReason() {
        return failureReason;
    }
}
