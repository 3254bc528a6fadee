package io.barecount.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.barecount.contracts.proof.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * A contract as it was last committed, beside what the code has now. What others rely on may grow; where it shrinks, that is said and
 * explained in {@code breaks.yaml}, for exactly this step: an entry names the digest of the contract that it breaks, so that it
 * excuses nothing later.
 */
final class Published {
    static final Path BREAKS = Project.HOME.resolve("deploy/src/test/resources/breaks.yaml");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private Published() {}

    /**
     * {@code -Dbarecount.write-docs=true} writes it anew, unless that would break something unexplained.
     *
     * @param breaks what the first text promised and the second does not
     */
    static void hold(Path file, String now, BiFunction<String, String, List<String>> breaks) throws IOException {
        var name = Project.HOME.relativize(file).toString();
        if (Files.exists(file) && !Project.read(file).equals(now)) {
            var before = Project.read(file);
            var digest = Digest.of(before).toString();
            var unexplained = breaks.apply(before, now).stream()
                    .filter(broken -> !isExplained(name, digest, broken))
                    .toList();
            assertThat(unexplained)
                    .as(
                            "%s would break those who rely on it as it was last committed. Keep what is gone, or, where it has to be,"
                                    + " add to %s and say why:%n%s",
                            name, Project.HOME.relativize(BREAKS), entry(name, digest, unexplained))
                    .isEmpty();
        }
        if (Boolean.getBoolean("barecount.write-docs")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, now);
        }
        assertThat(file)
                .as("%s is behind the code: mvn -pl deploy test -Dbarecount.write-docs=true writes it anew", name)
                .exists();
        assertThat(Project.read(file))
                .as("%s is behind the code: mvn -pl deploy test -Dbarecount.write-docs=true writes it anew", name)
                .isEqualTo(now);
    }

    /** A step that somebody has explained. */
    record Explained(String contract, String before, List<String> breaks, String why) {}

    static List<Explained> explained() throws IOException {
        var entries = YAML.readTree(Files.readString(BREAKS));
        return entries == null || entries.isMissingNode() || entries.isNull()
                ? List.of()
                : List.of(YAML.treeToValue(entries, Explained[].class));
    }

    private static boolean isExplained(String contract, String before, String broken) {
        try {
            return explained().stream()
                    .filter(entry ->
                            entry.contract().equals(contract) && entry.before().equals(before))
                    .anyMatch(entry -> new HashSet<>(entry.breaks()).contains(broken));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String entry(String contract, String before, List<String> broken) {
        return "- contract: %s%n  before: %s%n  breaks:%n%s%n  why: "
                .formatted(
                        contract,
                        before,
                        broken.stream()
                                .map(line -> "    - '" + line.replace("'", "''") + "'")
                                .collect(Collectors.joining("\n")));
    }

    static JsonNode yaml(String text) {
        try {
            return YAML.readTree(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
