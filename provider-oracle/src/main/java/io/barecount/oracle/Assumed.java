package io.barecount.oracle;

import java.util.Map;

/** A session of a role, as it was asked for. @param policy null if it may all that the role may */
public record Assumed(String role, String name, String sourceIdentity, String policy, Map<String, String> tags) {
    public Assumed {
        tags = Map.copyOf(tags);
    }
}
