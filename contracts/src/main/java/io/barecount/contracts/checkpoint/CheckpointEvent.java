package io.barecount.contracts.checkpoint;

/** What the ledger commits itself to. Topic {@code barecount.checkpoints}, keyed by the log's origin, kept for ever. */
public sealed interface CheckpointEvent {
    /** @param note the checkpoint as a C2SP signed note */
    record Signed(String origin, long size, String root, String note) implements CheckpointEvent {}
}
