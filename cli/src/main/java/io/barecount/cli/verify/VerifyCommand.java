package io.barecount.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.VerifyingKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Checks every entry of the ledger against its signed checkpoint. Exit code 1 if anything does not verify.")
public final class VerifyCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "Take address, key and origin from this platform's data directory (default: ${DEFAULT-VALUE}).")
    private Path data;

    @Option(names = "--url", paramLabel = "URL", description = "The log's prefix, such as http://host/ledger.")
    private String url;

    @Option(names = "--key", paramLabel = "FILE", description = "The log's public key, PEM.")
    private Path key;

    @Option(names = "--origin", paramLabel = "NAME", description = "The log's name in its checkpoints.")
    private String origin;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var publicKey = VerifyingKey.ofPem(Files.readString(key != null ? key : data.resolve("keys/checkpoint.pub.pem")));
        var name = origin != null ? origin : Files.readString(data.resolve("keys/origin")).strip();
        var kept = data.resolve("run/verified-checkpoint");
        var verifier = new LedgerVerifier(url != null ? url : address(), name, publicKey);
        var note = verifier.note();
        var older = Files.exists(kept) ? Checkpoint.verify(Files.readString(kept), name, publicKey) : null;
        var verdict = verifier.verify(note, older);
        if (verdict.isProven() && Files.isDirectory(kept.getParent())) {
            Files.writeString(kept, note);
        }
        if (json) {
            System.out.println(Json.tree(verdict).toPrettyString());
        } else {
            print(verdict);
        }
        return verdict.isProven() ? 0 : 1;
    }

    private String address() throws IOException {
        var state = data.resolve("run/platform.json");
        if (!Files.exists(state)) {
            throw new IOException("no platform runs over " + data + ": start it, or give --url");
        }
        return Json.read(Files.readString(state), JsonNode.class).path("frontDoor").asText() + "/ledger";
    }

    private static void print(Verdict verdict) {
        for (var finding : verdict.findings()) {
            System.out.println("NOT PROVEN  " + finding.problem()
                    + (finding.topic() == null ? "" : " (" + finding.topic() + "-" + finding.offset() + ")"));
        }
        System.out.printf(
                "%s: %d of %d entries verified, root %s%n",
                verdict.isProven() ? "The ledger verifies" : "The ledger DOES NOT verify",
                verdict.verified(), verdict.size(), verdict.root());
    }
}
