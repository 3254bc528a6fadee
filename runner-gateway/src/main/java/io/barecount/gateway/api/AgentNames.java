package io.barecount.gateway.api;

/** What an agent may be called. */
final class AgentNames {
    private static final String ALLOWED = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

    private AgentNames() {}

    /** @throws IllegalArgumentException if it can't be called so */
    static void require(String name) {
        if (!name.matches(ALLOWED)) {
            throw new IllegalArgumentException(
                    "An agent's name is up to 63 letters, digits, dots, hyphens and underscores, and begins with a letter or a"
                            + " digit; found " + name + ".");
        }
    }
}
