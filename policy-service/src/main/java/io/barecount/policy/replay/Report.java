package io.barecount.policy.replay;

import io.barecount.contracts.Money;
import io.barecount.contracts.proof.Digest;
import java.util.List;

/**
 * What a candidate would have made of decisions.
 *
 * @param policySet of the candidate
 * @param decisions all that were looked at
 * @param same that come out as they did, by the same rules
 * @param moves from what was said to what would be said, the gravest first; those with one verdict on both sides differ in their rules
 * @param unknown that can't be made again, by reason
 * @param rules that speak or fall silent where they differ, the most frequent first
 * @param people whom it concerns, the most frequent first
 * @param differences the latest first, up to a thousand
 * @param more whether there are more of these
 */
public record Report(
        Digest policySet,
        long decisions,
        long same,
        List<Move> moves,
        List<Gap> unknown,
        List<OfRule> rules,
        List<OfPipeline> people,
        List<Replayed.Different> differences,
        boolean more) {
    /** @param likely what these runs are estimated to cost, one amount for each currency */
    public record Move(Verdict was, Verdict would, long decisions, List<Money> likely) {}

    public record Gap(String why, long decisions) {}

    /**
     * @param speaks how often it says what it did not say
     * @param silent how often it no longer says what it said
     * @param likely of the runs that it speaks of anew
     */
    public record OfRule(String rule, long speaks, long silent, List<Money> likely) {}

    /** Numbers of decisions whose verdict is another one, by what it would be. */
    public record OfPipeline(
            String namespace,
            String pipeline,
            String submitter,
            long denied,
            long held,
            long allowed,
            List<Money> likely) {}

    /** Of decisions that come out otherwise. */
    public long different() {
        return moves.stream().mapToLong(Move::decisions).sum();
    }
}
