/**
 * Checks a ledger, or a proof taken from it, from outside: with public keys and the published formats alone.
 *
 * <p>Shares no code with the platform, so that one mistake can't be made on both sides: its own Merkle trees, signed notes, envelopes and
 * canonical JSON, the JDK's cryptography, and a JSON parser. Begin with {@link io.barecount.verifier.LedgerVerifier} for a whole log, with
 * {@link io.barecount.verifier.RunProof} for one run.
 */
package io.barecount.verifier;
