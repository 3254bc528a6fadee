/** Has others cosign the log's checkpoints (C2SP tlog-witness), so that no two readers can be shown different logs. */
package io.barecount.ledger.witness;
