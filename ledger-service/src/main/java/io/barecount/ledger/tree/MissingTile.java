package io.barecount.ledger.tree;

import io.barecount.contracts.proof.Tile;

/** A tile that the tree's size says must exist, and that does not: its store was tampered with or lost data. */
public final class MissingTile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MissingTile(Tile tile, int found) {
        super("the tree needs " + tile.width() + " hashes of " + tile.path() + ", its store holds " + found);
    }
}
