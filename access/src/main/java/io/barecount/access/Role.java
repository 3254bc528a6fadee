package io.barecount.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What somebody is in a namespace. No role implies another: who is to do two things has two. */
public enum Role {
    /** Writes manifests, submits, cancels, and sees what came of it. */
    DEVELOPER,
    /** Keeps runs, agents and quotas going. */
    OPERATOR,
    /** Decides what may run. */
    GOVERNANCE,
    /** Owns the boundaries. */
    NETWORK,
    /** Reads everything, changes nothing. */
    AUDITOR,
    /** Executes attempts. Nobody is granted it by a token: an agent is its key. */
    AGENT,
    /** Keeps the platform itself: identities, keys. */
    ADMIN;

    /** As tokens and the command line write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> of(String text) {
        return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
    }
}
