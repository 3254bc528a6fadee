package io.barecount.ledger.lineage;

/** How much of a run was told: nothing is told twice, however often its audit record is made anew. */
public enum Told {
    NOTHING,
    START,
    END
}
