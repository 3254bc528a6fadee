package io.barecount.gateway.runner;

/** What a provider says of an attempt that it took. */
public sealed interface Observation {
    /** @param network where it is, as the provider shows it; null where it does not */
    record Alive(String network) implements Observation {}

    /** It is not where it was put. @param violation what differs */
    record Outside(String violation) implements Observation {}

    /** @param exitCode null where the provider does not know it */
    record Ended(Integer exitCode, String reason) implements Observation {}

    /** The provider knows nothing of it, though long enough has passed for it to know. */
    record Forgotten() implements Observation {}
}
