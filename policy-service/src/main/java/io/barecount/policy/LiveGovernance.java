package io.barecount.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.proof.Digest;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.messaging.stage.Unready;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.documents.DocumentFiles;
import io.barecount.policy.documents.DocumentsRefused;
import io.barecount.policy.permit.Permits;
import io.barecount.policy.store.Versions;
import io.barecount.policy.version.Candidate;
import io.barecount.policy.version.VersionsInput;
import io.barecount.policy.version.VersionsState;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Singleton;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The governance that decides, and any other version of it. Which one decides stands in the database, and is read there in each transaction
 * that decides something: a promotion holds in all instances from the moment that it is stored.
 */
@Singleton
public class LiveGovernance {
    private static final Duration DEPLOYING_MAX = Duration.ofSeconds(60);
    private static final int LOOK_MILLIS = 20;

    /** Live, in shadow, and what was live a moment ago for a transaction that is still on its way. */
    private static final int LOADED_MAX = 4;

    private final GovernanceLoading.Loaded documents;
    private final Permits permits;
    private final Versions versions;
    private final TransactionSynchronizationRegistry transactions;
    private final Cache<Digest, Governance> loaded =
            Caffeine.newBuilder().maximumSize(LOADED_MAX).build();

    LiveGovernance(
            GovernanceLoading.Loaded documents, Versions versions, TransactionSynchronizationRegistry transactions) {
        this.documents = documents;
        this.permits = documents.governance().permits();
        this.versions = versions;
        this.transactions = transactions;
    }

    /** What permits are signed with; the same for every version. */
    public Permits permits() {
        return permits;
    }

    /**
     * What decides now: within a transaction, the same for all that is decided in it.
     *
     * @throws Unready if the live version can't be used by this version of the service
     */
    public Governance now() {
        return QuarkusTransaction.joiningExisting().call(() -> {
            var read = (Governance) transactions.getResource(LiveGovernance.class);
            if (read == null) {
                read = live();
                transactions.putResource(LiveGovernance.class, read);
            }
            return read;
        });
    }

    private Governance live() {
        var live = versions.live()
                .orElseThrow(() -> new Unready("no version decides yet: the service has not finished its first start"));
        try {
            return of(live).orElseThrow();
        } catch (DocumentsRefused e) {
            throw new Unready("the live version " + live + " can't be used by this version of the service, so nothing"
                    + " is decided; deploy documents that can, or promote a version that can:\n - "
                    + String.join("\n - ", e.faults()));
        }
    }

    /**
     * What would decide if it were promoted.
     *
     * @throws DocumentsRefused with everything that is wrong in any file
     */
    public Governance check(DocumentFiles files) {
        return GovernanceLoading.of(files, permits);
    }

    /**
     * A version that was stored; empty if none of this name was.
     *
     * @throws DocumentsRefused if it is of another version of this service, and can't be used by this one
     */
    public Optional<Governance> of(Digest version) {
        return Optional.ofNullable(loaded.get(version, this::read));
    }

    /** Null if it was not stored. Whoever wants another version need not wait. */
    private Governance read(Digest version) {
        return versions.files(version)
                .map(files -> check(new DocumentFiles(new TreeMap<>(files))))
                .orElse(null);
    }

    /** A stored version, as an input of the stage takes it. */
    public Optional<Candidate> candidate(Digest version) {
        return of(version)
                .map(governance ->
                        Candidate.of(governance, versions.files(version).orElseThrow()));
    }

    /**
     * Before anything is decided: what the service was started with is promoted, unless it was started with the same the last time.
     *
     * @throws IllegalStateException if the version that decides then can't be used
     */
    void deploy(Stage<VersionsState, VersionsInput> stage) throws InterruptedException {
        var candidate = Candidate.of(documents.governance(), documents.files().texts());
        var digest = candidate.version().digest();
        if (!isDeployed(digest)) {
            // stored is enough: told it is when the broker is there, and the outbox sees to that
            var done = stage.submit(new Input<>(
                    VersionsState.ID,
                    new VersionsInput.Deploy(candidate),
                    EventIds.derive(UUID.randomUUID(), "policy/deployed"),
                    null));
            var deadline = System.nanoTime() + DEPLOYING_MAX.toNanos();
            while (!isDeployed(digest)) {
                if (System.nanoTime() > deadline || done.isCompletedExceptionally()) {
                    throw new IllegalStateException("policy-service does not start: its documents, version " + digest
                            + ", could not be stored as what decides; the log says why");
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        }
        try {
            now();
        } catch (Unready e) {
            throw new IllegalStateException("policy-service does not start: " + e.getMessage(), e);
        }
    }

    private boolean isDeployed(Digest version) {
        return versions.deployed().filter(version::equals).isPresent();
    }
}
