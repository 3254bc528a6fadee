/**
 * Turns every record of every topic into an entry of a transparency log, and into audit records. {@code entry} is what a leaf holds,
 * {@code tree} the arithmetic of tiles, {@code view} the audit record of a run: pure. {@code store} appends, {@code api} serves.
 */
package io.barecount.ledger;
