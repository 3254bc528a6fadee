package io.barecount.policy.version;

import io.barecount.contracts.proof.Digest;

/** What people do with versions. */
public sealed interface VersionsInput {
    /** The service was started with these documents. */
    record Deploy(Candidate candidate) implements VersionsInput {}

    /** May be replayed, put in shadow and promoted from now on. */
    record Propose(Candidate candidate, String by, String reason) implements VersionsInput {}

    /**
     * Decides from now on.
     *
     * @param proposedBy whose version it is
     * @param open whether nobody has to say who they are here, and so everybody is one person
     */
    record Promote(Candidate candidate, String proposedBy, String by, boolean open, String reason)
            implements VersionsInput {}

    /** @param version tried beside the live one; null ends it */
    record Shadow(Digest version, String by, String reason) implements VersionsInput {}
}
