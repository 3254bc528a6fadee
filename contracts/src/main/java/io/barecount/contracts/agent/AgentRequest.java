package io.barecount.contracts.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import java.time.Instant;

/**
 * All that an agent says to the gateway over HTTP, in an envelope that its own key signed.
 *
 * @param session of the agent's life, as the gateway opened it; 0 before the first
 * @param path that it is sent to: what was said to one is not said to another
 * @param at by the agent's clock; the gateway refuses what is too old or of the future, so that nothing said once is said again later
 */
public record AgentRequest(String agent, long session, String path, Instant at, JsonNode body) {
    public static final String TYPE = "application/vnd.barecount.agent-request+json";

    public static AgentRequest of(String agent, long session, String path, Instant at, Object body) {
        return new AgentRequest(agent, session, path, at, Json.tree(body));
    }

    public Envelope sign(SigningKey key) {
        return Envelope.sign(TYPE, Json.bytes(this), key);
    }
}
