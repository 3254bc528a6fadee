package io.barecount.ledger.witness;

import io.barecount.contracts.proof.WitnessKey;
import io.barecount.ledger.LedgerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Those who are asked to cosign, and how many must have. None if none are configured. */
@ApplicationScoped
class Witnesses {
    private final List<Witness> all = new ArrayList<>();
    private int quorum = -1;

    /** @param address below which {@code add-checkpoint} lies */
    record Witness(WitnessKey key, URI address) {}

    Witnesses(LedgerConfig config) {
        config.witnesses().ifPresent(this::read);
        quorum = quorum < 0 ? all.size() : quorum;
        if (quorum > all.size()) {
            throw new IllegalStateException("barecount.ledger.witnesses: a quorum is at most the number of witnesses, "
                    + all.size() + ", found " + quorum);
        }
    }

    private void read(Path file) {
        try {
            for (var line : Files.readAllLines(file)) {
                understand(line.replaceFirst("#.*", "").strip());
            }
        } catch (IOException e) {
            throw new IllegalStateException(
                    "barecount.ledger.witnesses names " + file + ", which can't be read: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("barecount.ledger.witnesses names " + file + ": " + e.getMessage(), e);
        }
    }

    private void understand(String line) {
        var words = line.split("\\s+");
        if (words.length == 3 && words[0].equals("witness")) {
            all.add(new Witness(WitnessKey.parse(words[1]), URI.create(words[2].replaceFirst("/*$", "/"))));
        } else if (words.length == 2 && words[0].equals("quorum")) {
            quorum = Integer.parseInt(words[1]);
        } else if (!line.isEmpty() && !List.of("log", "permits", "evidence").contains(words[0])) {
            throw new IllegalArgumentException(
                    "a line is \"witness <name>+<hash>+<base64> <address>\" or \"quorum <n>\", found \"" + line + "\"");
        }
    }

    List<Witness> all() {
        return all;
    }

    /** At least so many must have cosigned a checkpoint before it counts as cosigned. */
    int quorum() {
        return quorum;
    }
}
