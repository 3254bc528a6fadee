package io.barecount.gateway.agent;

import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.VerifyingKey;
import java.time.Instant;

/**
 * Leave to make one agent known.
 *
 * @param digest of the token, which is not kept
 * @param agent the only one that it is for; null for any new one
 * @param until null for no end
 * @param usedBy id of the key that it made known; null until then
 */
public record EnrolmentToken(Digest digest, String agent, Agent.Rights rights, Instant until, String usedBy) {
    /**
     * Whether this is the first use; false for a repeat, whose answer was lost.
     *
     * @param known of the same name; null if there is none
     * @throws Agent.Refused if the token is not for this
     */
    public boolean admits(String newAgent, VerifyingKey key, Agent known, Instant now) {
        if (usedBy != null) {
            if (usedBy.equals(key.keyId())
                    && known != null
                    && known.key().keyId().equals(usedBy)) {
                return false;
            }
            throw refused("was used already, by the agent with key " + usedBy);
        }
        if (until != null && now.isAfter(until)) {
            throw refused("was valid until " + until);
        }
        if (agent != null && !agent.equals(newAgent)) {
            throw refused("is for agent " + agent + ", not for " + newAgent);
        }
        if (known != null && agent == null) {
            throw refused("is for a new agent, and there is one named " + newAgent
                    + " already: to give that one a new key, make a token for its name");
        }
        return true;
    }

    /** The answer to a token that nobody made says no more than this. */
    public static Agent.Refused unknown() {
        return refused("is not known here");
    }

    private static Agent.Refused refused(String why) {
        return new Agent.Refused(
                403, "enrolment-refused", "The enrolment token " + why + ". ./barecount agent token makes another.");
    }
}
