package io.barecount.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.Tile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/** A log as its resources, made from the format's definition alone; a test changes what it likes, and serves it. */
final class FakeLog {
    static final String ORIGIN = "ledger.test/verify";
    static final SigningKey KEY = SigningKey.generate();
    static final Trust TRUST = Trust.ofLog(ORIGIN, KEY.verifyingKey().toPem());

    final TreeMap<String, byte[]> resources = new TreeMap<>();
    final List<byte[]> leaves;

    private FakeLog(List<byte[]> leaves, SigningKey key) {
        this.leaves = leaves;
        var hashes = leaves.stream().map(MerkleTree::leafHash).toList();
        addTiles(hashes);
        addBundles();
        var root = new MerkleTree.RootBuilder();
        hashes.forEach(root::add);
        var note = new Checkpoint(ORIGIN, leaves.size(), root.root()).sign(key);
        resources.put("checkpoint", note.getBytes(UTF_8));
    }

    static FakeLog of(int size) {
        return of(leaves(size));
    }

    static FakeLog of(List<byte[]> leaves) {
        return new FakeLog(leaves, KEY);
    }

    static FakeLog signedBy(SigningKey key, List<byte[]> leaves) {
        return new FakeLog(leaves, key);
    }

    static List<byte[]> leaves(int size) {
        var leaves = new ArrayList<byte[]>();
        for (var i = 0; i < size; i++) {
            leaves.add(leaf(i, "fact " + i));
        }
        return leaves;
    }

    /** Entry n of a log that takes records of two topics in turn. */
    static byte[] leaf(int n, String data) {
        var topic = n % 2 == 0 ? "barecount.runs" : "barecount.decisions";
        return ("{\"data\":\"" + data + "\",\"headers\":{},\"key\":\"k\",\"offset\":" + n / 2
                        + ",\"partition\":3,\"topic\":\"" + topic + "\"}")
                .getBytes(UTF_8);
    }

    LogSource source() {
        return path -> {
            if (!resources.containsKey(path)) {
                throw new IOException(path + " is not there");
            }
            return resources.get(path);
        };
    }

    String note() {
        return new String(resources.get("checkpoint"), UTF_8);
    }

    /** The tiles of this log, the checkpoint of another. */
    FakeLog withCheckpointOf(FakeLog other) {
        resources.put("checkpoint", other.resources.get("checkpoint"));
        return this;
    }

    /** Serves another set of entries with the bundle's own path; the tiles stay. */
    void replaceBundle(Tile tile, List<byte[]> entries) {
        resources.put(tile.entriesPath(), bundle(entries));
    }

    HttpServer serve(String prefix) {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext(prefix, exchange -> {
                var path = exchange.getRequestURI().getPath().substring(prefix.length() + 1);
                var body = resources.get(path);
                if (body == null) {
                    exchange.sendResponseHeaders(404, -1);
                } else {
                    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
                    exchange.getResponseBody().write(body);
                }
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static URI uri(HttpServer server, String prefix) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + prefix);
    }

    private void addTiles(List<byte[]> hashes) {
        var level = hashes;
        for (var tile : Tile.ofTree(hashes.size())) {
            if (tile.index() == 0 && tile.level() > 0) {
                level = above(level);
            }
            var first = (int) tile.index() * Tile.HASHES_MAX;
            var bytes = new ByteArrayOutputStream();
            level.subList(first, first + tile.width()).forEach(bytes::writeBytes);
            resources.put(tile.path(), bytes.toByteArray());
        }
    }

    private static List<byte[]> above(List<byte[]> level) {
        var above = new ArrayList<byte[]>();
        for (var end = Tile.HASHES_MAX; end <= level.size(); end += Tile.HASHES_MAX) {
            var root = new MerkleTree.RootBuilder();
            level.subList(end - Tile.HASHES_MAX, end).forEach(root::add);
            above.add(root.root());
        }
        return above;
    }

    private void addBundles() {
        for (var first = 0; first < leaves.size(); first += Tile.HASHES_MAX) {
            var end = Math.min(leaves.size(), first + Tile.HASHES_MAX);
            replaceBundle(new Tile(0, first / Tile.HASHES_MAX, end - first), leaves.subList(first, end));
        }
    }

    private static byte[] bundle(List<byte[]> entries) {
        var bytes = new ByteArrayOutputStream();
        for (var entry : entries) {
            bytes.write(entry.length >> 8);
            bytes.write(entry.length);
            bytes.writeBytes(entry);
        }
        return bytes.toByteArray();
    }

    byte[] flipped(String path, int at, int bit) {
        var bytes = Arrays.copyOf(resources.get(path), resources.get(path).length);
        bytes[at] ^= (byte) (1 << bit);
        return bytes;
    }
}
