package io.barecount.policy.replay;

import io.barecount.contracts.Money;
import io.barecount.contracts.proof.Digest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what replayed decisions came to. For one thread; several are put together. */
public final class Tally {
    private static final int DIFFERENCES_MAX = 1_000;
    private static final int PEOPLE_MAX = 1_000;

    private long decisions;
    private long same;
    private final Map<Moved, Count> moves = new HashMap<>();
    private final Map<Replayed.Why, Long> unknown = new TreeMap<>();
    private final Map<String, Count> speaking = new HashMap<>();
    private final Map<String, Count> silent = new HashMap<>();
    private final Map<Concerned, Map<Verdict, Count>> people = new HashMap<>();
    private final List<Replayed.Different> differences = new ArrayList<>();
    private boolean more;

    private record Moved(Verdict was, Verdict would) {}

    private record Concerned(String namespace, String pipeline, String submitter) {}

    /** How many, and what they cost in each currency. */
    private static final class Count {
        private long decisions;
        private final Map<String, Money> likely = new TreeMap<>();

        void add(Money cost) {
            decisions++;
            if (cost != null) {
                likely.merge(cost.currency(), cost, Money::plus);
            }
        }

        Count plus(Count other) {
            decisions += other.decisions;
            other.likely.forEach((currency, cost) -> likely.merge(currency, cost, Money::plus));
            return this;
        }

        static List<Money> likely(Iterable<Count> counts) {
            var sum = new Count();
            counts.forEach(sum::plus);
            return List.copyOf(sum.likely.values());
        }
    }

    public void add(Replayed replayed) {
        decisions++;
        switch (replayed) {
            case Replayed.Same all -> same++;
            case Replayed.Unknown(var why) -> unknown.merge(why, 1L, Long::sum);
            case Replayed.Different one -> add(one);
        }
    }

    public void same(long number) {
        decisions += number;
        same += number;
    }

    public void unknown(Replayed.Why why, long number) {
        decisions += number;
        unknown.merge(why, number, Long::sum);
    }

    private void add(Replayed.Different one) {
        counted(moves, new Moved(one.was(), one.would())).add(one.likely());
        one.speak().forEach(rule -> counted(speaking, rule).add(one.likely()));
        one.silent().forEach(rule -> counted(silent, rule).add(one.likely()));
        if (one.was() != one.would()) {
            var concerned = new Concerned(one.namespace(), one.pipeline(), one.submitter());
            counted(people.computeIfAbsent(concerned, key -> new HashMap<>()), one.would())
                    .add(one.likely());
        }
        if (differences.size() < DIFFERENCES_MAX) {
            differences.add(one);
        } else {
            more = true;
        }
    }

    private static <K> Count counted(Map<K, Count> counts, K key) {
        return counts.computeIfAbsent(key, none -> new Count());
    }

    /** @param later tally of what was replayed after these; it is used up */
    public void addAll(Tally later) {
        decisions += later.decisions;
        same += later.same;
        later.moves.forEach((key, count) -> moves.merge(key, count, Count::plus));
        later.unknown.forEach((why, number) -> unknown.merge(why, number, Long::sum));
        later.speaking.forEach((key, count) -> speaking.merge(key, count, Count::plus));
        later.silent.forEach((key, count) -> silent.merge(key, count, Count::plus));
        later.people.forEach((concerned, counts) -> counts.forEach((verdict, count) ->
                people.computeIfAbsent(concerned, key -> new HashMap<>()).merge(verdict, count, Count::plus)));
        var room = DIFFERENCES_MAX - differences.size();
        differences.addAll(later.differences.subList(0, Math.min(room, later.differences.size())));
        more |= later.more || later.differences.size() > room;
    }

    public long decisions() {
        return decisions;
    }

    public Report report(Digest policySet) {
        return new Report(
                policySet,
                decisions,
                same,
                moves.entrySet().stream()
                        .map(move -> new Report.Move(
                                move.getKey().was(),
                                move.getKey().would(),
                                move.getValue().decisions,
                                Count.likely(List.of(move.getValue()))))
                        .sorted(Comparator.comparing(Report.Move::would)
                                .reversed()
                                .thenComparing(Report.Move::was))
                        .toList(),
                unknown.entrySet().stream()
                        .map(gap -> new Report.Gap(gap.getKey().toString(), gap.getValue()))
                        .toList(),
                rules(),
                people(),
                List.copyOf(differences),
                more);
    }

    private List<Report.OfRule> rules() {
        var none = new Count();
        var ids = new TreeMap<String, Count>(speaking);
        silent.keySet().forEach(rule -> ids.putIfAbsent(rule, none));
        return ids.entrySet().stream()
                .map(rule -> new Report.OfRule(
                        rule.getKey(),
                        rule.getValue().decisions,
                        silent.getOrDefault(rule.getKey(), none).decisions,
                        Count.likely(List.of(rule.getValue()))))
                .sorted(Comparator.comparing((Report.OfRule rule) -> -rule.speaks() - rule.silent())
                        .thenComparing(Report.OfRule::rule))
                .toList();
    }

    private List<Report.OfPipeline> people() {
        return people.entrySet().stream()
                .map(entry -> new Report.OfPipeline(
                        entry.getKey().namespace(),
                        entry.getKey().pipeline(),
                        entry.getKey().submitter(),
                        number(entry.getValue(), Verdict.DENIED),
                        number(entry.getValue(), Verdict.HELD),
                        number(entry.getValue(), Verdict.ALLOWED),
                        Count.likely(entry.getValue().values())))
                .sorted(Comparator.comparing((Report.OfPipeline of) -> -of.denied() - of.held() - of.allowed())
                        .thenComparing(Report.OfPipeline::namespace)
                        .thenComparing(Report.OfPipeline::pipeline)
                        .thenComparing(Report.OfPipeline::submitter, Comparator.nullsFirst(Comparator.naturalOrder())))
                .limit(PEOPLE_MAX)
                .toList();
    }

    private static long number(Map<Verdict, Count> counts, Verdict verdict) {
        return counts.containsKey(verdict) ? counts.get(verdict).decisions : 0;
    }
}
