package io.barecount.access;

/** Why somebody was not let in. */
public enum NoAccess {
    NO_TOKEN("no bearer's token came with the request"),
    MALFORMED("the token is no signed JWT"),
    NOT_SIGNED("the token's signature does not verify by a key of the issuer, with an algorithm that is allowed"),
    EXPIRED("the token has expired, or says no time at which it does"),
    OTHER_ISSUER("the token is by another issuer"),
    OTHER_AUDIENCE("the token is for another audience"),
    NO_SUBJECT("the token names no subject of 1 to 200 printable ASCII characters"),
    NO_ISSUER_KNOWN("this platform knows no issuer of tokens, or can't reach its keys"),
    NO_ROLE("the token grants none of the roles that may do this"),
    OTHER_NAMESPACE("the token grants no such role in that namespace"),
    NO_RULE("nothing says who may do this"),
    OTHER_SITE("a page of another site asked for a change");

    private final String words;

    NoAccess(String words) {
        this.words = words;
    }

    /** For people; without anything from the request. */
    public String words() {
        return words;
    }

    /** Whether another token might do: 401, else 403. */
    public boolean isAboutTheToken() {
        return switch (this) {
            case NO_ROLE, OTHER_NAMESPACE, NO_RULE, OTHER_SITE -> false;
            default -> true;
        };
    }

    public int status() {
        return isAboutTheToken() ? 401 : 403;
    }
}
