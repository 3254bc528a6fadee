package io.barecount.ledger.check;

/** A tile's row as the database has it. */
public record StoredTile(int level, long index, byte[] hashes, byte[] root) {}
