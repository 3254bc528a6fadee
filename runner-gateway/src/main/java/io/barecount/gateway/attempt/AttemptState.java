package io.barecount.gateway.attempt;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Envelope;
import io.barecount.gateway.runner.StartRequest;
import io.barecount.gateway.runner.Work;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * Where one attempt stands. One that agents execute:
 *
 * <pre>
 *   (nothing) ──start, permit and boundary hold──▶ Queued ──offer──▶ Offered ──claim──▶ Claimed ──report──▶ Ended
 *       │                                             ▲                  │                 └──agent lost──▶ Ended(failed)
 *       │                                             └─deadline passed──┘
 *       ├──start refused──▶ Ended(failed)
 *       └──stop──▶ Ended(stopped): a start that comes later finds it so
 * </pre>
 *
 * From Queued it may also be exported, {@link Carried} to an agent that no network reaches; importing its report ends it.
 *
 * <p>One that a provider of runners executes:
 *
 * <pre>
 *   (nothing) ──start──▶ Pending ──request resolved and stored──▶ Driven ──report, or the provider says so──▶ Ended
 *       │                   ▲                                      ▲ │
 *       │                   └────────provider busy, none started───┼─┘
 *       └──start, the request known already────────────────────────┘
 * </pre>
 *
 * The claim is what makes a start happen once: it is granted once, to one agent or to one started workload, and nothing is executed
 * without it; a start that the provider made twice has one effect.
 */
public sealed interface AttemptState {
    AttemptId attempt();

    /** To be offered to agents. */
    record Queued(Work work, long lastEpoch) implements AttemptState {
        @Override
        public AttemptId attempt() {
            return work.attempt();
        }
    }

    record Offered(Work work, String agent, long epoch, Instant deadline) implements AttemptState {
        @Override
        public AttemptId attempt() {
            return work.attempt();
        }
    }

    /** @param stopReason why the agent is asked to stop it; null while it isn't */
    record Claimed(Work work, String agent, long epoch, String claimId, Instant at, String stopReason)
            implements AttemptState {
        @Override
        public AttemptId attempt() {
            return work.attempt();
        }
    }

    /**
     * On its way to an agent that no network reaches, executed there, or on its way back: nobody here can tell.
     *
     * @param claimId under which its report is accepted
     * @param until when it is lost track of, unless its report was imported
     * @param stopReason why it is not wanted any more; null while it is
     */
    record Carried(
            Work work,
            String agent,
            long epoch,
            String claimId,
            UUID bundle,
            Instant at,
            Instant until,
            String stopReason)
            implements AttemptState {
        Carried withStopReason(String reason) {
            return new Carried(
                    work, agent, epoch, claimId, bundle, at, until, stopReason == null ? reason : stopReason);
        }

        @Override
        public AttemptId attempt() {
            return work.attempt();
        }
    }

    /**
     * A provider is to be asked for it.
     *
     * @param busy how many times the provider could not take it
     * @param notBefore when it is asked again
     */
    record Pending(Work work, int busy, Instant notBefore) implements AttemptState {
        @Override
        public AttemptId attempt() {
            return work.attempt();
        }
    }

    /**
     * The request is stored, and the provider may have been called with it. Answer and claim come in any order.
     *
     * @param busy as of {@link Pending}
     * @param intendedAt when the request was stored
     * @param handle what the provider knows it by; null until its answer is known
     * @param doubt why the answer is not known; null while it is awaited, or known
     * @param holder the workload that claimed it; null until then
     * @param networkObserved as the provider showed it; null until it did
     * @param ending why it is being stopped; null while it isn't
     */
    record Driven(
            Work work,
            StartRequest request,
            int busy,
            Instant intendedAt,
            String handle,
            String doubt,
            Holder holder,
            String networkObserved,
            Ending ending)
            implements AttemptState {
        static Driven of(Work work, StartRequest request, int busy, Instant now) {
            return new Driven(work, request, busy, now, null, null, null, null, null);
        }

        @Override
        public AttemptId attempt() {
            return work.attempt();
        }

        Driven withHandle(String known) {
            return new Driven(work, request, busy, intendedAt, known, null, holder, networkObserved, ending);
        }

        Driven withDoubt(String why) {
            return new Driven(work, request, busy, intendedAt, handle, why, holder, networkObserved, ending);
        }

        Driven withHolder(Holder claimed) {
            return new Driven(work, request, busy, intendedAt, handle, doubt, claimed, networkObserved, ending);
        }

        Driven withNetworkObserved(String seen) {
            return new Driven(work, request, busy, intendedAt, handle, doubt, holder, seen, ending);
        }

        Driven withEnding(Ending why) {
            return new Driven(work, request, busy, intendedAt, handle, doubt, holder, networkObserved, why);
        }
    }

    /**
     * The started workload that was granted the claim.
     *
     * @param claimId chosen by it: the same claim again is granted again
     * @param identity of the instance, as it sees itself
     */
    record Holder(String claimId, String identity, Map<String, String> environment, Instant at) {
        public Holder {
            environment = environment == null ? Map.of() : Map.copyOf(environment);
        }
    }

    /** @param failureClass null if a stop was asked for */
    record Ending(FailureClass failureClass, String reason, Instant at) {}

    /**
     * @param agent that had it; null if it never started
     * @param claimId of that agent: its report again is confirmed again
     * @param evidence null if it never started
     */
    record Ended(
            AttemptId attempt,
            RunnerType runner,
            String boundary,
            String outcome,
            String reason,
            String agent,
            String claimId,
            Envelope evidence,
            Instant at)
            implements AttemptState {}
}
