package io.barecount.manifest.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.manifest.Change;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.manifest.document.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final Path EXAMPLE = Path.of("../examples/manifests/plant-quality.yaml");

    private static Manifest valid(String text) {
        return ((ManifestValidation.Result.Valid) new ManifestValidation().validate(text)).manifest();
    }

    @Test
    void everyValueIsEitherWrittenInItsLineOrADefault() throws IOException {
        var text = Files.readString(EXAMPLE);
        var lines = text.lines().toList();

        var fields = Explanation.of(
                        valid(text), Source.read(text, Source.SIZE_MAX).spot())
                .stream()
                .collect(Collectors.toMap(Explanation.Field::path, Function.identity()));

        var runner = fields.get("/spec/runner/type");
        assertThat(runner.from()).isEqualTo("written");
        assertThat(lines.get(runner.line() - 1)).contains("type");
        assertThat(fields.values()).extracting(Explanation.Field::from).containsOnly("written", "default");
        assertThat(fields.values()).allSatisfy(field -> {
            if (field.from().equals("written")) {
                assertThat(lines.get(field.line() - 1)).as(field.path()).isNotBlank();
            } else {
                assertThat(field.line()).isZero();
            }
        });
    }

    @Test
    void whatDiffersIsNamedWithBothValues() throws IOException {
        var text = Files.readString(EXAMPLE);
        var before = valid(text);
        var after = valid(text.replaceFirst("team: .*", "team: other-team"));

        assertThat(Change.between(before, before)).isEmpty();
        assertThat(Change.between(before, after)).singleElement().satisfies(change -> {
            assertThat(change.path()).isEqualTo("/spec/owner/team");
            assertThat(change.part()).isEqualTo("owner");
            assertThat(change.after().asText()).isEqualTo("other-team");
        });
    }
}
