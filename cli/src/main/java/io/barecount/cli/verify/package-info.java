/**
 * Checks a ledger from outside: with its public key, and nothing of its code. Begin with {@link
 * io.barecount.cli.verify.LedgerVerifier}.
 */
package io.barecount.cli.verify;
