package io.barecount.manifest.api;

import io.barecount.manifest.redaction.Quoted;
import jakarta.ws.rs.core.SecurityContext;

/** Who is asking. */
final class Callers {
    static final String ANONYMOUS = "anonymous";
    private static final int NAME_MAX = 200;

    private Callers() {}

    /** The authenticated caller's name; {@value #ANONYMOUS} where nobody had to say who they are. */
    static String name(SecurityContext security) {
        var principal = security.getUserPrincipal();
        return principal == null
                        || principal.getName() == null
                        || principal.getName().isBlank()
                ? ANONYMOUS
                : Quoted.printable(principal.getName(), NAME_MAX);
    }
}
