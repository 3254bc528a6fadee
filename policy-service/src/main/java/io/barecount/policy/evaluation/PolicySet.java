package io.barecount.policy.evaluation;

import java.util.List;

/**
 * Rules that are changed together; they are asked in their order.
 *
 * @param namespaces in which the set holds, {@code *} standing for any letters; null for all
 * @param mandatory whether it holds in all namespaces whatever else is said; null for no
 */
public record PolicySet(String name, List<String> namespaces, Boolean mandatory, List<Rule> rules) {
    public PolicySet {
        namespaces = namespaces == null ? null : List.copyOf(namespaces);
        rules = List.copyOf(rules);
    }

    /** One that holds in all namespaces. */
    public PolicySet(String name, List<Rule> rules) {
        this(name, null, null, rules);
    }

    /** Whether it is for the runs of this namespace. */
    public boolean holdsIn(String namespace) {
        return namespaces == null
                || Boolean.TRUE.equals(mandatory)
                || namespaces.stream().anyMatch(glob -> matches(glob, namespace));
    }

    /** Goes back to the last star only, so that no text takes long. */
    private static boolean matches(String glob, String text) {
        var at = 0;
        var star = -1;
        var afterStar = 0;
        for (var i = 0; i < text.length(); ) {
            if (at < glob.length() && glob.charAt(at) == '*') {
                star = at++;
                afterStar = i;
            } else if (at < glob.length() && glob.charAt(at) == text.charAt(i)) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++afterStar;
            } else {
                return false;
            }
        }
        while (at < glob.length() && glob.charAt(at) == '*') {
            at++;
        }
        return at == glob.length();
    }
}
