package io.barecount.ledger.tree;

import io.barecount.contracts.proof.Tile;

/** Where the tiles of a tree that exists are read from. */
@FunctionalInterface
public interface TileSource {
    /**
     * A tile's hashes, one after the other. A source that has grown since may give more than the tile's width.
     *
     * @throws MissingTile if there is no such tile, or it is narrower than asked for
     */
    byte[] hashes(Tile tile);
}
