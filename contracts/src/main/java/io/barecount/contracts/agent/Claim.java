package io.barecount.contracts.agent;

/**
 * An agent takes what it was offered.
 *
 * @param claimId chosen by the agent and kept: the same claim again is granted again, any other is refused
 */
public record Claim(String agent, long epoch, String claimId) {}
