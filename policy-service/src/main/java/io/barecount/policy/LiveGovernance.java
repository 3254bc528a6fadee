package io.barecount.policy;

import io.barecount.contracts.proof.Digest;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.documents.DocumentFiles;
import io.barecount.policy.permit.Permits;
import io.barecount.policy.store.Versions;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.TreeMap;

/** The governance that decides, and any other version of it. */
@Singleton
public class LiveGovernance {
    private final Governance deployed;
    private final Permits permits;
    private final Versions versions;

    LiveGovernance(GovernanceLoading.Loaded documents, Versions versions) {
        this.deployed = documents.governance();
        this.permits = documents.governance().permits();
        this.versions = versions;
    }

    public Governance now() {
        return deployed;
    }

    /**
     * What would decide if it were promoted.
     *
     * @throws io.barecount.policy.documents.DocumentsRefused with everything that is wrong in any file
     */
    public Governance check(DocumentFiles files) {
        return GovernanceLoading.of(files, permits);
    }

    /**
     * A version that was stored; empty if none of this name was.
     *
     * @throws io.barecount.policy.documents.DocumentsRefused if it is of another version of this service, and can't be used by this one
     */
    public Optional<Governance> of(Digest version) {
        return versions.files(version).map(files -> check(new DocumentFiles(new TreeMap<>(files))));
    }
}
