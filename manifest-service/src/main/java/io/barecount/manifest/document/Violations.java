package io.barecount.manifest.document;

import io.barecount.contracts.manifest.Violation;
import io.barecount.manifest.redaction.SecretLookalikes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All that is wrong with one text, up to a bound: a text of nothing but faults must not become an event of megabytes. */
public final class Violations {
    /** How many are told one by one. */
    public static final int SHOWN_MAX = 100;

    private static final int POINTER_MAX = 300;

    private static final Comparator<Violation> BY_PLACE = Comparator.comparingInt(Violation::line)
            .thenComparingInt(Violation::column)
            .thenComparing(Violation::pointer)
            .thenComparing(Violation::code);

    private final List<Violation> found = new ArrayList<>();
    private int untold;

    public void add(String code, String pointer, Spot spot, String message, String hint) {
        if (found.size() < SHOWN_MAX) {
            found.add(new Violation(code, printable(pointer), spot.line(), spot.column(), message, hint));
        } else {
            untold++;
        }
    }

    public void addAll(Violations others) {
        for (var violation : others.found) {
            if (found.size() < SHOWN_MAX) {
                found.add(violation);
            } else {
                untold++;
            }
        }
        untold += others.untold;
    }

    /** Counts what was found but is not worth wording any more, see {@link #isFull}. */
    public void addUntold(int count) {
        untold += count;
    }

    /** Whether a further violation would only be counted. */
    public boolean isFull() {
        return found.size() == SHOWN_MAX;
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** Whether something was already found at this very place. */
    public boolean isAt(String pointer) {
        return found.stream().anyMatch(violation -> violation.pointer().equals(pointer));
    }

    /** Field names are the submitter's: a pointer ends above one that is too long, unprintable or looks like a secret. */
    private static String printable(String pointer) {
        var shown = pointer;
        while (shown.length() > POINTER_MAX
                || shown.chars().anyMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c))
                || SecretLookalikes.inText(shown).isPresent()) {
            shown = shown.substring(0, shown.lastIndexOf('/'));
        }
        return shown;
    }

    /** In the order of the text; if there were more than are told, a last one says how many. */
    public List<Violation> toList() {
        var list = new ArrayList<>(found);
        list.sort(BY_PLACE);
        if (untold > 0) {
            list.add(new Violation(
                    "more",
                    "",
                    0,
                    0,
                    "there are " + untold + " more violations",
                    "repair these " + SHOWN_MAX + " first, then validate again"));
        }
        return list;
    }
}
