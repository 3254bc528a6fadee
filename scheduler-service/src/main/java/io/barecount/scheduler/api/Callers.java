package io.barecount.scheduler.api;

import jakarta.ws.rs.core.SecurityContext;

/** Who is asking. */
final class Callers {
    private static final String ANONYMOUS = "anonymous";

    private Callers() {}

    /** The authenticated caller's name; {@value #ANONYMOUS} where nobody had to say who they are. */
    static String name(SecurityContext security) {
        var principal = security.getUserPrincipal();
        return principal == null
                        || principal.getName() == null
                        || principal.getName().isBlank()
                ? ANONYMOUS
                : principal.getName();
    }
}
