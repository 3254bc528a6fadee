package io.barecount.ledger.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.proof.Tile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TilePathTest {
    /** Read back as contracts writes them, which follows the specification's own example. */
    @Test
    void everyTilesPathIsReadBack() {
        for (var index : new long[] {0, 67, 999, 1_000, 1_234_067, 999_999_999_999L}) {
            for (var width : new int[] {1, 8, 255, 256}) {
                var tile = new Tile(3, index, width);
                assertThat(TilePath.parse(3, tile.path().substring("tile/3/".length())))
                        .contains(tile);
            }
        }
        assertThat(TilePath.parse(0, "x001/x234/067")).contains(new Tile(0, 1_234_067, 256));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "67",
                "0067",
                "x000/067",
                "001/067",
                "067.p/0",
                "067.p/256",
                "067.p/257",
                "067.p/08",
                "067.p",
                "x001",
                "../067",
                "x001/067.p/8/9",
                "x999/x999/x999/x999/x999/x999/999"
            })
    void whatIsNoTilesPathIsNone(String position) {
        assertThat(TilePath.parse(0, position)).isEmpty();
    }
}
