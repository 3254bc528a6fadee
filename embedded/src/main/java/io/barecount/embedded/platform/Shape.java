package io.barecount.embedded.platform;

import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many processes of each kind a platform has.
 *
 * @param brokers with as many replicas of each partition; a record is acknowledged when all but one have it
 * @param instances of each service and of the console, behind one address each; of the ledger, which is the one writer of its log, one
 */
public record Shape(int brokers, int instances) {
    public static final Shape SINGLE = new Shape(1, 1);

    /** One of each may be lost without anybody waiting for its return. */
    public static final Shape CLUSTER = new Shape(3, 2);

    public Shape {
        if (brokers < 1 || instances < 1) {
            throw new IllegalArgumentException(
                    "a platform has one broker and one instance of each service at least, found " + brokers + " and "
                            + instances);
        }
    }

    /** What the processes of a kind are called: the first as the kind itself. */
    static List<String> names(String kind, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> number == 1 ? kind : kind + "-" + number)
                .toList();
    }

    List<String> brokerNames() {
        return names(Platform.BROKER, brokers);
    }

    /** What the instances of a service are called, in {@link PlatformState} too. */
    public List<String> instancesOf(String service) {
        return names(service, service.equals(Platform.LEDGER) ? 1 : instances);
    }

    /** @throws IllegalStateException if the directory is of a platform with another number of brokers */
    void requireFits(DataDirectory data) {
        var found = 0;
        while (Files.exists(data.kafka(found + 1))) {
            found++;
        }
        if (found != 0 && found != brokers) {
            throw new IllegalStateException(data.root() + " is of a platform with " + found + " broker"
                    + (found == 1 ? "" : "s") + ", whose topics have as many replicas; " + brokers
                    + " can't go on from there. Give another directory with --data.");
        }
    }
}
