/**
 * Who may dispatch now: what all runs together want, brought under all limits, in an order that is fair.
 *
 * <p>One call of {@code Admission.round} looks at what is held and at the heads of the queues, and hands out what is free. It keeps
 * nothing: what is held is the attempts that are out, counted each time, so there is no counter that could leak, and nothing to give
 * back after a crash. The store calls it under one lock, so that rounds of several instances follow one another.
 */
package io.barecount.scheduler.admission;
