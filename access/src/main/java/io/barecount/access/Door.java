package io.barecount.access;

import java.time.Clock;
import java.util.Optional;

/** Says whose a request is, as it was configured. Safe for several threads. */
public final class Door {
    /** Null where anybody is let in. */
    private final Tokens tokens;

    private Door(Tokens tokens) {
        this.tokens = tokens;
    }

    /** @throws IllegalArgumentException if the configuration says neither who is let in, nor that anybody is; or both */
    public static Door of(AccessConfig config, Clock clock) {
        if (config.open()) {
            if (config.issuer().isPresent()) {
                throw new IllegalArgumentException(
                        "barecount.access.issuer says who is let in, and barecount.access.open that"
                                + " anybody is: take one of them away");
            }
            return new Door(null);
        }
        return new Door(new Tokens(
                new Tokens.Trust(
                        required(config.issuer(), "barecount.access.issuer", "the issuer of tokens as they name it"),
                        config.audience(),
                        required(config.keys(), "barecount.access.keys", "its public keys, an address or a file"),
                        config.subjectClaim(),
                        config.rolesClaim(),
                        config.groups()),
                clock));
    }

    private static String required(Optional<String> value, String key, String meaning) {
        return value.filter(text -> !text.isBlank())
                .orElseThrow(() -> new IllegalArgumentException(key + " is not set: it names " + meaning
                        + ". Without it nobody could get in. On a machine that nobody else reaches,"
                        + " barecount.access.open=true lets anybody in"));
    }

    public boolean isOpen() {
        return tokens == null;
    }

    /** @param authorization the header's value; null if there is none */
    public Tokens.Verdict look(String authorization) {
        return tokens == null ? new Tokens.Verdict.Known(Identity.ANYBODY) : tokens.ofHeader(authorization);
    }
}
