package io.barecount.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who is let in: the bearers of one issuer's tokens, or anybody. */
@ConfigMapping(prefix = "barecount.access")
public interface AccessConfig {
    /** The issuer whose tokens are believed, as they name it ({@code iss}). */
    Optional<String> issuer();

    /** What the issuer's tokens have to be for ({@code aud}). */
    @WithDefault("barecount")
    String audience();

    /** The issuer's public keys, a JSON Web Key Set: an address of http or https, or a file, which is read again when it changes. */
    Optional<String> keys();

    /** The claim that names the subject: unique, and never given to another. */
    @WithDefault("sub")
    String subjectClaim();

    /** The claim that lists a subject's roles, each as {@code role@namespace}, or names of groups; with / where it lies deeper. */
    @WithDefault("groups")
    String rolesClaim();

    /** What each group means, as {@code role@namespace}, several separated by commas. */
    Map<String, List<String>> groups();

    /** Lets anybody do anything, without a token: for a machine that nobody else reaches. */
    @WithDefault("false")
    boolean open();
}
