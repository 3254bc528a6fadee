package io.barecount.verifier;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Collects what is wrong; of a log that is wrong everywhere, the first thousand things and how many more there are. */
final class Findings {
    private static final int MAX = 1000;
    private final List<Finding> kept = new ArrayList<>();
    private long dropped;

    void add(Finding finding) {
        if (kept.size() < MAX) {
            kept.add(finding);
        } else {
            dropped++;
        }
    }

    void addAll(Collection<Finding> findings) {
        findings.forEach(this::add);
    }

    void ofLog(String problem) {
        add(Finding.ofLog(problem));
    }

    List<Finding> all() {
        var all = new ArrayList<>(kept);
        if (dropped > 0) {
            all.add(Finding.ofLog(dropped + " more findings of these kinds"));
        }
        return all;
    }
}
