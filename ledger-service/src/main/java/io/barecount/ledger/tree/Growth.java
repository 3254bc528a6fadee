package io.barecount.ledger.tree;

import java.util.List;

/**
 * What appending entries makes of a tree.
 *
 * @param tree the grown one
 * @param changed the tiles that are new or wider than before: only the right edge of each level
 */
public record Growth(TiledTree tree, List<TileHashes> changed) {
    public Growth {
        changed = List.copyOf(changed);
    }
}
