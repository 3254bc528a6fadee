/**
 * What the services agreed on. Admission test for a type: does it cross a topic, or is it printed on a proof?
 *
 * <p>One package per topic, in the order of a submission's way: {@code submission} → {@code manifest} → {@code decision} →
 * {@code dispatch} → {@code execution} → {@code run}, and {@code checkpoint} of the ledger. {@code event} is the envelope they all
 * travel in; {@code proof} holds digests, signatures and the Merkle tree's arithmetic.
 */
package io.barecount.contracts;
