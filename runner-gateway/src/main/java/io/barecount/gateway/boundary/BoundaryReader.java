package io.barecount.gateway.boundary;

import io.barecount.contracts.decision.Boundary;
import java.time.Instant;
import java.util.Optional;

/** Reads what a boundary's network really is. */
public interface BoundaryReader {
    /**
     * @param notOlderThan an answer from before is asked for again
     * @throws CannotSay if a part of the answer can't be had: then nobody knows whether the boundary holds
     */
    BoundaryFacts read(Boundary boundary, Instant notOlderThan) throws CannotSay;

    /** What was read before, if it is no older; asks nobody. */
    Optional<BoundaryFacts> known(Boundary boundary, Instant notOlderThan);

    /** A part of a network could not be read. */
    final class CannotSay extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean passing;

        /** @param passing whether it is likely to pass by itself */
        public CannotSay(String message, boolean passing, Throwable cause) {
            super(message, cause);
            this.passing = passing;
        }

        public boolean passing() {
            return passing;
        }
    }
}
