/**
 * One run from governance's decision to its end.
 *
 * <pre>
 *   (nothing) ──permitted──▶ queued ──first attempt started──▶ running ──all tasks done────────▶ succeeded
 *       │                       │                                 │
 *       │                       ├──── a task too many failed ─────┼──▶ failing ──all confirmed──▶ failed
 *       │                       └───── cancel, permit revoked ────┴──▶ cancelling ─all confirmed─▶ cancelled
 *       ├──denied────▶ denied
 *       └──rejected──▶ rejected
 * </pre>
 *
 * <p>A task of an admitted run:
 *
 * <pre>
 *   not dispatched ──room──▶ Outstanding ──succeeded | failed for good | stopped──▶ counted, forgotten
 *                              ▲      │failed, may be retried
 *                              └─due─ Waiting
 * </pre>
 *
 * Nothing is kept of a task that is done but its part in the counts and the cost, so a state is as large as its parallelism and its
 * manifest, whatever the number of its tasks.
 *
 * <p>Two things this package leaves to others on purpose. It does not check permits, nor whether they have expired: the gateway does,
 * and a scheduler that was tampered with must not get past it. And it has no timeout of its own for a dispatch that nobody answers:
 * the gateway holds the intent and its outcome, and anything said here meanwhile would be a guess.
 */
package io.barecount.scheduler.run;
