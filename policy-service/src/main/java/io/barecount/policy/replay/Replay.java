package io.barecount.policy.replay;

import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.proof.Digest;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.decision.Question;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.evaluation.Boundaries;
import io.barecount.policy.replay.Replayed.Why;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Makes decisions again with a candidate's rules, and with the boundary and the prices as they stood then: what differs, differs because of
 * the rules. Safe for many threads.
 */
public final class Replay {
    private final Governance candidate;
    private final Past past;
    private final Map<Stood, Governance> governances = new ConcurrentHashMap<>();

    /** What was not the rules' at a decision. */
    private record Stood(Digest boundary, Digest priceBook) {}

    public Replay(Governance candidate, Past past) {
        this.candidate = candidate;
        this.past = past;
    }

    public Replayed judge(Recorded recorded) {
        var basis = recorded.basis();
        if (basis == null) {
            return new Replayed.Unknown(Why.FACTS_NOT_KEPT);
        }
        if (basis.boundary() != null && !past.boundaries().containsKey(basis.boundary())) {
            return new Replayed.Unknown(Why.BOUNDARY_NOT_KEPT);
        }
        if (!past.priceBooks().containsKey(basis.priceBook())) {
            return new Replayed.Unknown(Why.PRICES_NOT_KEPT);
        }
        var governance =
                governances.computeIfAbsent(new Stood(basis.boundary(), basis.priceBook()), this::asEverythingStood);
        var judgement = governance.weigh(new Question(
                basis.manifest(), basis.door(), basis.submitter(), basis.at(), basis.history(), basis.exemptions()));
        var was = Verdict.of(recorded.findings());
        var would = Verdict.of(judgement.findings());
        var speak = missing(judgement.findings(), recorded.findings());
        var silent = missing(recorded.findings(), judgement.findings());
        return was == would && speak.isEmpty() && silent.isEmpty()
                ? new Replayed.Same(would)
                : new Replayed.Different(
                        recorded.run(),
                        recorded.at(),
                        recorded.namespace(),
                        recorded.pipeline(),
                        basis.submitter(),
                        was,
                        would,
                        speak,
                        silent,
                        judgement.estimate() == null
                                ? null
                                : judgement.estimate().likely());
    }

    private Governance asEverythingStood(Stood stood) {
        return candidate.with(
                new Boundaries(Stream.ofNullable(stood.boundary())
                        .map(past.boundaries()::get)
                        .toList()),
                new Prices(past.priceBooks().get(stood.priceBook())));
    }

    /** Ids of the rules of the ones that say nothing as weighty among the others. */
    private static List<String> missing(List<Finding> ones, List<Finding> others) {
        if (ones.isEmpty()) {
            return List.of();
        }
        var ids = new TreeSet<String>();
        for (var one : ones) {
            if (Verdict.isOfRules(one)
                    && others.stream()
                            .noneMatch(other -> other.rule().equals(one.rule()) && other.level() == one.level())) {
                ids.add(one.rule());
            }
        }
        return List.copyOf(ids);
    }
}
