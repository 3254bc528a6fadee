package io.barecount.manifest.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.manifest.validation.ManifestValidation.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesTest {
    static Stream<Path> examples() throws IOException {
        return Files.list(Path.of("../examples/manifests")).sorted();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleIsValid(Path example) throws IOException {
        var result = new ManifestValidation().validate(Files.readString(example));

        assertThat(result).isInstanceOf(Result.Valid.class);
    }

    static Stream<Path> gallery() throws IOException {
        return Files.walk(Path.of("../examples/gallery"))
                .filter(Files::isRegularFile)
                .sorted();
    }

    @ParameterizedTest
    @MethodSource("gallery")
    void theGalleryIsValidUnlessItSaysOtherwise(Path example) throws IOException {
        var text = Files.readString(example);

        assertThat(new ManifestValidation().validate(text) instanceof Result.Valid)
                .isNotEqualTo(text.contains("# refused at intake"));
    }
}
