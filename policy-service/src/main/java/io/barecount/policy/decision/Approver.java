package io.barecount.policy.decision;

import java.util.List;
import java.util.Locale;

/**
 * Somebody who has a say in a held run.
 *
 * @param subject as the identity provider names the person
 * @param roles in the run's namespace
 */
public record Approver(String subject, List<String> roles) {
    public Approver {
        roles = List.copyOf(roles);
    }

    /** Whether two subjects are one person's: letters' case and space around them make no other person. */
    public static boolean same(String one, String other) {
        return plain(one).equals(plain(other));
    }

    /** The form in which subjects are compared. */
    public static String plain(String subject) {
        return subject == null ? "" : subject.strip().toLowerCase(Locale.ROOT);
    }
}
