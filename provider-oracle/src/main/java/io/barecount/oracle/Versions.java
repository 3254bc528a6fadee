package io.barecount.oracle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One function: $LATEST, which changes, and the versions that were published of it, which don't. Not for several threads, except its limits. */
final class Versions {
    static final String LATEST = "$LATEST";

    /** @param revision of $LATEST when it was published */
    record Version(String number, ObjectNode configuration, Path code, String revision, Calls.Birth birth) {}

    private final String name;
    private final List<Version> published = new ArrayList<>();
    private Version latest;
    private Integer reserved;
    private final Map<String, Integer> retries = new HashMap<>();

    Versions(String name, ObjectNode configuration, Path code, Calls.Birth birth) {
        this.name = name;
        this.latest = latest(configuration, code, birth);
    }

    String name() {
        return name;
    }

    String arn() {
        return Region.arn("lambda", "function:" + name);
    }

    Version latest() {
        return latest;
    }

    /** $LATEST first. */
    List<Version> all() {
        var all = new ArrayList<>(published);
        all.addFirst(latest);
        return all;
    }

    /** Null if there is no such version. */
    Version find(String qualifier) {
        return all().stream()
                .filter(version -> version.number().equals(qualifier == null ? LATEST : qualifier))
                .findFirst()
                .orElse(null);
    }

    /** What is there to publish; the last published version if nothing has changed since. */
    Version publish(Calls.Birth birth) {
        if (!published.isEmpty() && published.getLast().revision().equals(latest.revision())) {
            return published.getLast();
        }
        var number = String.valueOf(published.size() + 1);
        var configuration = latest.configuration().deepCopy();
        configuration
                .put("Version", number)
                .put("FunctionArn", arn() + ":" + number)
                .put("RevisionId", Region.id("", 32));
        published.add(new Version(number, configuration, latest.code(), latest.revision(), birth));
        return published.getLast();
    }

    void change(ObjectNode configuration, Calls.Birth birth) {
        latest = latest(configuration, latest.code(), birth);
    }

    /** Null for no limit of its own. */
    synchronized Integer reserved() {
        return reserved;
    }

    synchronized void reserve(int concurrency) {
        reserved = concurrency;
    }

    /** How often an asynchronous invocation that failed is tried again. */
    synchronized int retries(String qualifier) {
        return retries.getOrDefault(qualifier, 2);
    }

    synchronized void retry(String qualifier, int times) {
        retries.put(qualifier, times);
    }

    private static Version latest(ObjectNode configuration, Path code, Calls.Birth birth) {
        return new Version(
                LATEST, configuration, code, configuration.path("RevisionId").asText(), birth);
    }
}
