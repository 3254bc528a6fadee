package io.barecount.policy.evaluation;

import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.proof.Digest;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** All policy sets, ready to be asked. The same facts always give the same findings. */
public interface Rules {
    /** In the order in which they are asked. */
    List<PolicySet> sets();

    /** Over the canonical form of all sets. */
    Digest digest();

    /** The one of this id; empty if there is none. */
    Optional<Rule> rule(String id);

    /** Ids of the rules that are asked with these facts: those of sets for other namespaces are left out, and those that speak of a fact
     * which there is none of. */
    List<String> asked(Facts facts);

    /** What the rules that can be asked said; one that can't be evaluated denies, and its error is the message. */
    List<Finding> findings(Facts facts);

    /**
     * What one rule comes to.
     *
     * @throws IllegalArgumentException if there is no rule of this id
     */
    Answer answer(String rule, Facts facts);

    /**
     * Whether any rule denies: as {@link #findings}, but ends at the first one.
     *
     * @param exempt whether what a rule says is only advice
     */
    boolean deny(Facts facts, Predicate<Rule> exempt);
}
