package io.barecount.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.proof.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A migration that was published stays as it is: a service refuses to start on a database that had it otherwise. What has to change is
 * changed by a further one.
 */
class MigrationsTest {
    private static final Path PUBLISHED = Project.HOME.resolve("deploy/src/test/resources/migrations");

    /** {@code -Dbarecount.write-docs=true} adds new ones to the list, and leaves those in it alone. */
    @Test
    void publishedMigrationsStayAsTheyAre() throws IOException {
        var published = published();
        var now = migrations();
        if (Boolean.getBoolean("barecount.write-docs")) {
            var all = new TreeMap<>(now);
            all.putAll(published);
            Files.write(
                    PUBLISHED,
                    all.entrySet().stream()
                            .map(one -> one.getKey() + " " + one.getValue())
                            .toList());
            published = published();
        }

        assertThat(now)
                .as(
                        "%s: a new migration is added by mvn -pl deploy test -Dbarecount.write-docs=true; an older one must not change",
                        PUBLISHED)
                .isEqualTo(published);
    }

    private static Map<String, String> published() throws IOException {
        return Files.readAllLines(PUBLISHED).stream()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(part -> part[0], part -> part[1], (a, b) -> a, TreeMap::new));
    }

    private static Map<String, String> migrations() throws IOException {
        var found = new TreeMap<String, String>();
        for (var service : Project.SERVICES) {
            for (var file : files(Project.HOME.resolve(service).resolve("src/main/resources/db/migration"))) {
                found.put(
                        service + "/" + file.getFileName(),
                        Digest.of(Project.read(file)).toString());
            }
        }
        return found;
    }

    /** The repeatable ones ({@code R__}) are meant to change. */
    private static List<Path> files(Path directory) throws IOException {
        try (var all = Files.list(directory)) {
            return all.filter(file -> file.getFileName().toString().startsWith("V"))
                    .toList();
        }
    }
}
