package io.barecount.policy.estimate;

import java.util.Locale;

/** How the contracts' enums are written in manifests, rules and price books. */
public final class Names {
    private Names() {}

    public static String of(Enum<?> constant) {
        var declared = constant.toString();
        return declared.equals(constant.name())
                ? declared.toLowerCase(Locale.ROOT).replace('_', '-')
                : declared;
    }
}
