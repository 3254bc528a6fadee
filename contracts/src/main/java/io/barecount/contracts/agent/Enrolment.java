package io.barecount.contracts.agent;

/**
 * A new agent makes itself known. It is signed by the key that it names, which proves that the agent has it.
 *
 * @param token made by an operator, for one agent and a while
 * @param publicKey PEM; its private half never leaves the agent
 */
public record Enrolment(String token, String publicKey) {
    /** Without the token, so that it is in no log. */
    @Override
    public String toString() {
        return "Enrolment[" + publicKey + "]";
    }

    /**
     * The agent is known now.
     *
     * @param gatewayKey PEM of the key that signs evidence and bundles; the agent trusts it from here on
     */
    public record Answer(String agent, String gatewayKey) {}
}
