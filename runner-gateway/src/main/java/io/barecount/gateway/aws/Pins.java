package io.barecount.gateway.aws;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What was provisioned and checked, by its name: it is immutable, and so need not be asked for again. */
final class Pins {
    private static final int KEPT_MAX = 10_000;

    private final Map<String, String> pinned = new ConcurrentHashMap<>();

    Optional<String> get(String name) {
        return Optional.ofNullable(pinned.get(name));
    }

    void put(String name, String value) {
        if (pinned.size() >= KEPT_MAX) {
            pinned.clear();
        }
        pinned.put(name, value);
    }

    /** The provider refused it: it may have been removed. */
    void forget(String value) {
        pinned.values().removeIf(value::equals);
    }
}
