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
 * @param approvals whose leave is needed; null unless the level is approve
 * @param exemption id of the exemption that turned it into advice; null if none did
 */
public record Finding(
        String rule,
        Level level,
        String path,
        String message,
        String found,
        String allowed,
        String owner,
        ApprovalRule approvals,
        String exemption) {
    /** One that nobody has to approve and nothing exempts from. */
    public Finding(String rule, Level level, String path, String message, String found, String allowed, String owner) {
        this(rule, level, path, message, found, allowed, owner, null, null);
    }

    /** The same as advice, for what an exemption lets pass. */
    public Finding exemptedBy(String id) {
        return new Finding(rule, Level.ADVISE, path, message, found, allowed, owner, null, id);
    }

    /** From the mildest to the strictest: over all rules, the strictest wins. */
    public enum Level {
        ADVISE,
        /** The run waits until people have approved it. */
        APPROVE,
        DENY
    }
}
