package io.barecount.cli.check;

/**
 * What was looked at, and how it is.
 *
 * @param area such as {@code topics}
 * @param said in a sentence
 * @param remedy what to do; null where nothing is to be done
 */
public record Finding(String area, Verdict verdict, String said, String remedy) {
    /** What a finding means for the installation. */
    public enum Verdict {
        OK,
        /** It works, and is not as it should be in production. */
        WARNING,
        /** It doesn't work, or what is promised does not hold. */
        WRONG,
        /** It could not be looked at from here, or was not to be. */
        UNKNOWN
    }

    static Finding ok(String area, String said) {
        return new Finding(area, Verdict.OK, said, null);
    }

    static Finding warning(String area, String said, String remedy) {
        return new Finding(area, Verdict.WARNING, said, remedy);
    }

    static Finding wrong(String area, String said, String remedy) {
        return new Finding(area, Verdict.WRONG, said, remedy);
    }

    static Finding unknown(String area, String said, String remedy) {
        return new Finding(area, Verdict.UNKNOWN, said, remedy);
    }
}
