package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The ledger's audit records, and waiting for them. */
final class AuditRecords {
    private static final Set<String> TERMINAL = Set.of("succeeded", "failed", "cancelled", "denied", "rejected");
    private static final Duration END_MAX = Duration.ofMinutes(15);
    private static final int LOOK_MILLIS = 200;

    private final Client client;

    AuditRecords(Client client) {
        this.client = client;
    }

    static boolean hasEnded(JsonNode record) {
        return TERMINAL.contains(record.path("state").asText());
    }

    /** The record so far; an empty object if the ledger knows nothing of the run yet. */
    JsonNode of(String run) throws IOException, InterruptedException {
        try {
            return client.get("/ledger/runs/" + run);
        } catch (Client.Refused e) {
            if (e.status() == 404) {
                return com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
            }
            throw e;
        }
    }

    /** @throws IOException if it has not ended after a quarter of an hour */
    JsonNode awaitEnd(String run) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + END_MAX.toNanos();
        while (true) {
            var record = of(run);
            if (hasEnded(record)) {
                return record;
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("run " + run + " has not ended within " + END_MAX + "; it is "
                        + record.path("state").asText("unknown"));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
