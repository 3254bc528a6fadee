package io.barecount.gateway.agent;

import io.barecount.contracts.agent.AgentRequest;
import io.barecount.contracts.agent.Poll;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.NotProven;
import io.barecount.contracts.proof.VerifyingKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * An agent, as the gateway knows it. Only what its key signed is its word, only in its latest session, and only while it is not revoked.
 *
 * @param rights what it may be given
 * @param session its latest; 0 before the first
 * @param place where that session's journal lies; null before the first
 * @param sessionSince when that session was opened; null before the first
 * @param lastSeen null before it was heard of
 * @param revoked why it is not trusted any more; null while it is
 */
public record Agent(
        String id,
        VerifyingKey key,
        Rights rights,
        long session,
        String place,
        Instant sessionSince,
        Instant lastSeen,
        boolean draining,
        String revoked) {
    /**
     * What an agent may be given, as its enrolment token or its registration says.
     *
     * @param boundaries {@code *} for all that no air-gapped agent has
     * @param runnerTypes that it may stand in for; empty for all
     * @param airGap whether it is reached by files only
     */
    public record Rights(List<String> boundaries, List<RunnerType> runnerTypes, boolean airGap) {
        /** Where there is no limit. */
        public static final String EVERYWHERE = "*";

        public Rights {
            boundaries = List.copyOf(boundaries);
            runnerTypes = runnerTypes == null ? List.of() : List.copyOf(runnerTypes);
        }

        public boolean everywhere() {
            return boundaries.contains(EVERYWHERE);
        }
    }

    /** What it asked for, less what it has no right to. */
    public Poll entitled(Poll poll) {
        var types = rights.runnerTypes().isEmpty()
                ? poll.runnerTypes()
                : poll.runnerTypes().stream()
                        .filter(rights.runnerTypes()::contains)
                        .toList();
        var boundaries = rights.everywhere()
                ? poll.boundaries()
                : poll.boundaries().contains(Rights.EVERYWHERE)
                        ? rights.boundaries()
                        : poll.boundaries().stream()
                                .filter(rights.boundaries()::contains)
                                .toList();
        return new Poll(poll.free(), types, boundaries, poll.egress());
    }

    /**
     * What it says, if it is its word.
     *
     * @param skew by how much its clock may differ
     * @throws Refused otherwise
     */
    public AgentRequest heard(Envelope envelope, String path, Instant now, Duration skew) {
        AgentRequest request;
        try {
            request = envelope.verify(AgentRequest.TYPE, AgentRequest.class, List.of(key));
        } catch (NotProven e) {
            throw new Refused(
                    401, "agent-signature", "This is not the word of agent " + id + ": " + e.getMessage() + ".");
        }
        if (revoked != null) {
            throw new Refused(
                    403,
                    "agent-revoked",
                    "Agent " + id + " was revoked: " + revoked
                            + ". It has to end what it runs; to work again it is enrolled anew, with a new key.");
        }
        if (!id.equals(request.agent()) || !path.equals(request.path())) {
            throw new Refused(
                    401,
                    "agent-signature",
                    "What was signed is for " + request.path() + " by " + request.agent() + ", found at " + path
                            + " of " + id + ".");
        }
        if (Duration.between(request.at(), now).abs().compareTo(skew) > 0) {
            throw new Refused(
                    401,
                    "agent-clock",
                    "Said at " + request.at() + ", heard at " + now + ": more than " + skew
                            + " apart. Set the agent's clock.");
        }
        return request;
    }

    /**
     * As {@link #heard}, but only from its latest session.
     *
     * @throws Refused also if a later session was opened: whoever speaks has to end what it runs
     */
    public AgentRequest heardInSession(Envelope envelope, String path, Instant now, Duration skew) {
        var request = heard(envelope, path, now, skew);
        if (request.session() != session || session == 0) {
            throw new Refused(
                    409,
                    "session-superseded",
                    "Session " + request.session() + " of agent " + id + " is over, the latest is " + session + ", at "
                            + place + ".");
        }
        return request;
    }

    /**
     * The number of a new session at this place.
     *
     * @throws Refused while another place may be at work
     */
    public long nextSession(String newPlace, Instant now, Duration lease) {
        if (session > 0
                && !newPlace.equals(place)
                && lastSeen != null
                && lastSeen.plus(lease).isAfter(now)) {
            throw new Refused(
                    409,
                    "agent-elsewhere",
                    "Agent " + id + " was at work at " + place + " at " + lastSeen + ". It can begin at " + newPlace
                            + " once it was not heard of from there until " + lastSeen.plus(lease)
                            + ". Two agents can't share an identity.");
        }
        return session + 1;
    }

    /** Whether what it does not hold, though it was claimed at this time, can't be at work any more. */
    public boolean hasLost(Instant claimedAt, Instant now, Duration lease) {
        return claimedAt.isAfter(sessionSince) || sessionSince.plus(lease).isBefore(now);
    }

    /** Why an agent is not listened to, as an HTTP status and a stable code. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String code;

        public Refused(int status, String code, String detail) {
            super(detail);
            this.status = status;
            this.code = code;
        }

        public int status() {
            return status;
        }

        public String code() {
            return code;
        }
    }
}
