package io.barecount.agent;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Claim;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Report;

/** Who gives work and takes the report: the gateway, or a bundle that was carried here. */
interface Principal {
    /**
     * Whether it is granted. Asked again later, it says whether the attempt is still this agent's.
     */
    boolean claim(AttemptId attempt, Claim claim) throws InterruptedException;

    /** Returns when it is known; false if the attempt is not this agent's any more. */
    boolean report(Offer offer, Report report) throws InterruptedException;
}
