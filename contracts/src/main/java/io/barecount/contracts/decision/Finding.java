package io.barecount.contracts.decision;

/**
 * What one rule said about one run.
 *
 * @param rule its id
 * @param level how much it weighs
 * @param path field of the manifest it speaks of, as a JSON pointer
 * @param message the reason, made from the facts
 * @param found what the manifest has there
 * @param allowed what would pass
 * @param owner whom to ask
 */
public record Finding(
        String rule, Level level, String path, String message, String found, String allowed, String owner) {
    /** From the mildest to the strictest: over all rules, the strictest wins. */
    public enum Level {
        ADVISE,
        DENY
    }
}
