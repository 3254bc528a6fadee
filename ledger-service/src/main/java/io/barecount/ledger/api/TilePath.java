package io.barecount.ledger.api;

import io.barecount.contracts.proof.Tile;
import java.util.Optional;
import java.util.regex.Pattern;

/** A tile's position as C2SP tlog-tiles writes it in an address: {@code x001/x234/067} or {@code 067.p/8}. */
final class TilePath {
    private static final Pattern POSITION = Pattern.compile("((?:x\\d{3}/){0,5})(\\d{3})(?:\\.p/([1-9]\\d{0,2}))?");

    private TilePath() {}

    /** Empty for what no tile is called. */
    static Optional<Tile> parse(int level, String position) {
        var matcher = POSITION.matcher(position);
        if (level < 0 || level > 7 || !matcher.matches()) {
            return Optional.empty();
        }
        var digits = (matcher.group(1) + matcher.group(2)).replaceAll("[x/]", "");
        var width = matcher.group(3) == null ? Tile.HASHES_MAX : Integer.parseInt(matcher.group(3));
        if (width > Tile.HASHES_MAX || (width == Tile.HASHES_MAX && matcher.group(3) != null)) {
            return Optional.empty();
        }
        var tile = new Tile(level, Long.parseLong(digits), width);
        return tile.path().equals("tile/" + level + "/" + position) ? Optional.of(tile) : Optional.empty();
    }
}
