package io.barecount.scheduler.admission;

import io.barecount.contracts.control.Scope;

/**
 * What was set of a scope, as far as it matters for who may dispatch.
 *
 * @param closed why nothing new may be dispatched in it; null while it may
 * @param most attempts out at once; null for what is configured for all scopes of its kind
 * @param least of a pool: capacity that is kept ready though nothing is to be done; null for none
 * @param startsPerSecond dispatches a second, in a burst as many at once; null without limit
 * @param weight of a namespace beside others, 1 unless it was set
 */
public record Control(Scope scope, String closed, Integer most, Integer least, Double startsPerSecond, double weight) {}
