package io.barecount.ledger.store;

/**
 * The end of the log as the database tells it.
 *
 * @param signed how many checkpoints were signed
 * @param audited up to which entry the audit records are made
 */
record Head(long size, byte[] root, long signed, long audited) {}
