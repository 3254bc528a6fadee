package io.barecount.ledger.store;

/**
 * The end of the log as the database tells it.
 *
 * @param note the checkpoint signed last; null before the first
 * @param sequence how many checkpoints were signed
 */
record Head(long size, String note, long sequence) {}
