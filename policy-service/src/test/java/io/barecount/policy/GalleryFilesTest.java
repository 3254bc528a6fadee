package io.barecount.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.policy.estimate.Names;
import io.barecount.policy.evaluation.ShippedRulesTest;
import io.barecount.policy.evaluation.ShippedRulesTest.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** examples/gallery: a manifest for each shipped rule that it fires on, and one that it lets pass, written from the cases. */
class GalleryFilesTest {
    private static final Path GALLERY = Samples.EXAMPLES.resolve("gallery");

    /** No manifest can say such a thing: these rules are for whatever might get round intake. */
    private static final Set<String> REFUSED_AT_INTAKE = Set.of("code-pinned-by-digest", "secrets-by-reference");

    private static final int LISTED_MAX = 20;

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    /** {@code -Dbarecount.write-docs=true} writes them. */
    @Test
    void theGalleryIsWhatTheCasesSay() throws IOException {
        var files = files();
        if (Boolean.getBoolean("barecount.write-docs")) {
            for (var file : files.entrySet()) {
                var path = GALLERY.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
        }

        assertThat(onDisk())
                .as("examples/gallery is behind the cases: mvn -pl policy-service -am test -Dtest=GalleryFilesTest"
                        + " -Dbarecount.write-docs=true writes it anew")
                .isEqualTo(files);
    }

    private static Map<String, String> files() throws IOException {
        var files = new TreeMap<String, String>();
        for (var shipped : ShippedRulesTest.cases().toList()) {
            files.put(
                    shipped.rule() + "/fires.yaml",
                    "# fires: " + Names.of(shipped.level()) + ", by the rule " + shipped.rule() + "\n"
                            + (REFUSED_AT_INTAKE.contains(shipped.rule())
                                    ? "# refused at intake: check says so before any rule is asked\n"
                                    : "")
                            + yaml(shipped, shipped.fires()));
            files.put(
                    shipped.rule() + "/passes.yaml",
                    "# passes by the rule " + shipped.rule() + "\n" + yaml(shipped, shipped.passes()));
        }
        return files;
    }

    private static String yaml(Case shipped, Manifest manifest) throws IOException {
        var tree = (ObjectNode) Json.tree(manifest);
        ((ObjectNode) tree.path("metadata")).put("name", shipped.rule());
        if (tree.at("/spec/batch/slices").size() > LISTED_MAX) {
            var batch = (ObjectNode) tree.at("/spec/batch");
            batch.put("count", batch.remove("slices").size());
        }
        prune(tree);
        return YAML.writeValueAsString(tree);
    }

    /** What is empty need not be written. */
    private static void prune(ObjectNode tree) {
        for (var name : new ArrayList<>(
                tree.properties().stream().map(Map.Entry::getKey).toList())) {
            JsonNode value = tree.get(name);
            if (value instanceof ObjectNode object) {
                prune(object);
            }
            if (value.isNull() || (value.isContainerNode() && value.isEmpty())) {
                tree.remove(name);
            }
        }
    }

    private static Map<String, String> onDisk() throws IOException {
        var found = new TreeMap<String, String>();
        if (!Files.isDirectory(GALLERY)) {
            return found;
        }
        try (var all = Files.walk(GALLERY)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                found.put(GALLERY.relativize(file).toString(), Files.readString(file));
            }
        }
        return found;
    }
}
