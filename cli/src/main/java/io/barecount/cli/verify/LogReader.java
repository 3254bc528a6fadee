package io.barecount.cli.verify;

import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.NotProven;
import io.barecount.contracts.proof.Tile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads a log by the paths of C2SP tlog-tiles. */
final class LogReader {
    private final URI base;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** @param base the log's prefix, such as {@code http://127.0.0.1:8080/ledger} */
    LogReader(String base) {
        this.base = URI.create(base.endsWith("/") ? base : base + "/");
    }

    String checkpoint() throws IOException, InterruptedException {
        return new String(get("checkpoint"), StandardCharsets.UTF_8);
    }

    List<byte[]> hashes(Tile tile) throws IOException, InterruptedException {
        var bytes = get(tile.path());
        if (bytes.length != tile.width() * MerkleTree.HASH_BYTES) {
            throw new NotProven(tile.path() + " has " + bytes.length + " bytes, expected " + tile.width() * MerkleTree.HASH_BYTES);
        }
        var hashes = new ArrayList<byte[]>();
        for (var i = 0; i < tile.width(); i++) {
            hashes.add(Arrays.copyOfRange(bytes, i * MerkleTree.HASH_BYTES, (i + 1) * MerkleTree.HASH_BYTES));
        }
        return hashes;
    }

    List<byte[]> entries(Tile tile) throws IOException, InterruptedException {
        var bundle = get(tile.entriesPath());
        var entries = new ArrayList<byte[]>();
        for (var at = 0; at + 2 <= bundle.length; ) {
            var length = (bundle[at] & 0xff) << 8 | bundle[at + 1] & 0xff;
            if (at + 2 + length > bundle.length) {
                throw new NotProven(tile.entriesPath() + " ends within an entry");
            }
            entries.add(Arrays.copyOfRange(bundle, at + 2, at + 2 + length));
            at += 2 + length;
        }
        if (entries.size() != tile.width()) {
            throw new NotProven(tile.entriesPath() + " has " + entries.size() + " entries, expected " + tile.width());
        }
        return entries;
    }

    /** @throws NotProven if the log does not have it */
    private byte[] get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(60)).build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new NotProven("the log does not give " + path + ": status " + answer.statusCode());
        }
        return answer.body();
    }
}
