package io.barecount.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.verifier.WitnessServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Who else listens to a log: a witness, and one that never answers, of which one must have cosigned; and a data catalogue, which is away at
 * first, and shows what it took at {@code GET /}.
 */
public final class Outsiders implements QuarkusTestResourceLifecycleManager {
    static final String LINEAGE_TOPIC = "test.lineage";
    private final List<String> posted = new CopyOnWriteArrayList<>();
    private WitnessServer witness;
    private HttpServer catalogue;
    private int refusals = 2;

    /** After the others, as it has a key of its own. */
    @Override
    public int order() {
        return 100;
    }

    @Override
    public Map<String, String> start() {
        try {
            var directory = Files.createTempDirectory("outsiders");
            var key = SigningKey.generate();
            var log = Checkpoint.verifierKey(LedgerFiles.ORIGIN, key.verifyingKey());
            var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            witness = WitnessServer.start(directory.resolve("w1"), "witness.test/w1", List.of(log), loopback);
            String silent;
            try (var away = WitnessServer.start(directory.resolve("w2"), "witness.test/w2", List.of(log), loopback)) {
                silent = line(away);
            }
            catalogue = HttpServer.create(loopback, 0);
            catalogue.createContext("/", this::take);
            catalogue.start();
            var keyFile = Files.writeString(directory.resolve("checkpoint.pem"), key.toPem());
            var witnesses = Files.writeString(directory.resolve("witnesses"), line(witness) + silent + "quorum 1\n");
            var settings = new HashMap<String, String>();
            settings.put("barecount.ledger.checkpoint-key", keyFile.toString());
            settings.put("barecount.ledger.origin", LedgerFiles.ORIGIN);
            settings.put(
                    "barecount.ledger.checkpoint-dir",
                    directory.resolve("signed").toString());
            settings.put("barecount.ledger.witnesses", witnesses.toString());
            settings.put("barecount.ledger.witness-every", "PT0.1S");
            settings.put(
                    "barecount.ledger.lineage-url",
                    "http://127.0.0.1:" + catalogue.getAddress().getPort() + "/");
            settings.put("barecount.ledger.lineage-topic", LINEAGE_TOPIC);
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(WitnessServer witness) {
        return "witness " + witness.verifierKey() + " http://127.0.0.1:"
                + witness.address().getPort() + "\n";
    }

    private synchronized void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestMethod().equals("GET")) {
                var all = ("[" + String.join(",", posted) + "]").getBytes(UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, all.length);
                exchange.getResponseBody().write(all);
                return;
            }
            var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            if (refusals > 0) {
                refusals--;
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            posted.add(body);
            exchange.sendResponseHeaders(201, -1);
        }
    }

    @Override
    public void stop() {
        if (witness != null) {
            witness.close();
        }
        if (catalogue != null) {
            catalogue.stop(0);
        }
    }
}
