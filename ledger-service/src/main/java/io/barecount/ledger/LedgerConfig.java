package io.barecount.ledger;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What the ledger can't start without. */
@ConfigMapping(prefix = "barecount.ledger")
public interface LedgerConfig {
    /** PEM file with the Ed25519 key, private and public, that signs checkpoints. */
    Path checkpointKey();

    /** The log's name in its checkpoints, such as {@code ledger.example.com/barecount}; the same for ever. */
    String origin();

    /**
     * Where the checkpoint last signed lies, in a file {@code checkpoint}: on another disk than the database, and not to be restored
     * together with it, so that a database that was put back is noticed.
     */
    Path checkpointDir();

    Check check();

    /**
     * Opens the log's entries to anybody, as in a public transparency log: otherwise they are for auditors of all namespaces, and just the
     * hashes and signatures are for anybody.
     */
    @WithDefault("false")
    boolean entriesPublic();

    String ENTRIES_PUBLIC = "barecount.ledger.entries-public";

    /** How the log is checked in the background. */
    interface Check {
        /** How often the log's latest entries are checked. */
        @WithDefault("PT1M")
        Duration recentEvery();

        /** How often all of the log's entries are checked. */
        @WithDefault("PT24H")
        Duration allEvery();

        /** How often the topics are compared with the entries. */
        @WithDefault("PT1H")
        Duration topicsEvery();

        /** How fast all entries are checked, so that it is in nobody's way; 0 for as fast as it can. */
        @WithDefault("20000")
        int entriesPerSecond();
    }

    /**
     * File with the witnesses that are asked to cosign checkpoints, a line {@code witness <name>+<hash>+<base64> <address>} for each,
     * and {@code quorum <n>}, how many must have cosigned a checkpoint before it is served; all, unless said.
     */
    Optional<Path> witnesses();

    /** How often the newest checkpoint is given to the witnesses. */
    @WithDefault("PT0.5S")
    Duration witnessEvery();

    /** Where OpenLineage run events are posted to, such as {@code http://marquez:5000/api/v1/lineage}. */
    Optional<URI> lineageUrl();

    /** File with a token that is sent along as {@code Authorization: Bearer}; read for each event anew. */
    Optional<Path> lineageTokenFile();

    /** Topic that OpenLineage run events are sent to, keyed by run; it must exist. */
    Optional<String> lineageTopic();
}
