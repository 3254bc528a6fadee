package io.barecount.manifest.validation;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses which word was meant. */
public final class Spelling {
    private static final int WORD_MAX = 64;

    private Spelling() {}

    /** The allowed word that is nearest to what was written, if it is near enough to be a slip. */
    public static Optional<String> nearest(String written, Collection<String> allowed) {
        if (written.length() > WORD_MAX) {
            return Optional.empty();
        }
        return allowed.stream()
                .filter(word -> distance(written, word) <= Math.max(1, Math.min(3, word.length() / 3)))
                .min(Comparator.comparingInt(word -> distance(written, word)));
    }

    /** Insertions, deletions, replacements and swaps of neighbours that lead from one to the other, whatever their case. */
    static int distance(String one, String other) {
        var a = one.toLowerCase(Locale.ROOT);
        var b = other.toLowerCase(Locale.ROOT);
        var costs = new int[a.length() + 1][b.length() + 1];
        for (var i = 0; i <= a.length(); i++) {
            for (var j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    costs[i][j] = i + j;
                    continue;
                }
                var replaced = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                costs[i][j] = Math.min(costs[i - 1][j - 1] + replaced, 1 + Math.min(costs[i - 1][j], costs[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    costs[i][j] = Math.min(costs[i][j], costs[i - 2][j - 2] + 1);
                }
            }
        }
        return costs[a.length()][b.length()];
    }
}
