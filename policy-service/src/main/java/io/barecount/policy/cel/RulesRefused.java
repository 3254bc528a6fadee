package io.barecount.policy.cel;

import java.util.List;
import java.util.stream.Collectors;

/** Policy sets that can't be used: with one rule missing, the others would permit what nobody wanted to permit. */
public final class RulesRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<Fault> faults;

    RulesRefused(List<Fault> faults) {
        super(faults.stream().map(Fault::toString).collect(Collectors.joining("\n")));
        this.faults = List.copyOf(faults);
    }

    public List<Fault> faults() {
        return faults;
    }
}
