package io.barecount.manifest.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.manifest.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceTest {

    /** YAML 1.2, section 10.3.2. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "yes|\"yes\"",
                "no|\"no\"",
                "on|\"on\"",
                "off|\"off\"",
                "true|true",
                "False|false",
                "~|null",
                "Null|null",
                "12|12",
                "-3|-3",
                "+4|4",
                "007|7",
                "0x1F|31",
                "0o17|15",
                "1_000|\"1_000\"",
                "1.50|1.50",
                ".5|0.5",
                "1e3|1E+3",
                "12:30|\"12:30\"",
                "2026-03-01|\"2026-03-01\"",
                "'12'|\"12\"",
                "\"true\"|\"true\"",
                "-|null"
            })
    void bareWordsAreUnderstoodAsYaml12Has(String yaml, String json) {
        var text = yaml.equals("-") ? "a:" : "a: " + yaml;

        assertThat(Source.read(text, 1000).tree().get("a").toString()).isEqualTo(json);
    }

    @Test
    void placesAreKnownInYamlAndJson() {
        var yaml = Source.read("a:\n  - b: 1\n    c: two\n", 1000);
        var json = Source.read("{\"a\": [\n {\"b\": 1,\n  \"c\": \"two\"}]}", 1000);

        assertThat(place(yaml.spot().at("/a/0/c"))).containsExactly(3, 8);
        assertThat(place(yaml.spot().at("/a/0/c").named())).containsExactly(3, 5);
        assertThat(place(json.spot().at("/a/0/c"))).containsExactly(3, 8);
        assertThat(place(json.spot().at("/a/0/c").named())).containsExactly(3, 3);
        assertThat(place(yaml.spot().at("/a/0/nothing/at/all"))).containsExactly(2, 5);
    }

    @Test
    void anEscapedPointerFindsItsPlace() {
        var source = Source.read("a/b:\n  c~d: 1\n", 1000);

        assertThat(place(source.spot().at("/a~1b/c~0d"))).containsExactly(2, 8);
    }

    @Test
    void yamlThatIsMoreThanDataIsRefused() {
        assertThat(codes("a: &x 1\nb: *x\n")).containsExactly("yaml-anchor", "yaml-alias");
        assertThat(codes("a: {<<: {b: 1}}")).containsExactly("yaml-merge-key");
        assertThat(codes("a: !!int '1'")).containsExactly("yaml-tag");
        assertThat(codes("a: !!java.net.URL [b]")).containsExactly("yaml-tag");
        assertThat(codes("? [a]\n: b")).containsExactly("key-not-text");
        assertThat(codes("a: 1\n---\nb: 2\n")).containsExactly("several-documents");
    }

    @Test
    void aRepeatedFieldIsRefusedWithBothPlaces() {
        for (var text : List.of("a: 1\nb: 2\na: 3\n", "{\"a\": 1,\n\"b\": 2,\n\"a\": 3}")) {
            var source = Source.read(text, 1000);

            assertThat(source.violations().toList()).singleElement().satisfies(violation -> {
                assertThat(violation.code()).isEqualTo("repeated-field");
                assertThat(violation.line()).isEqualTo(3);
                assertThat(violation.message()).contains("line 1");
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": hunter2secret}", "{\"a\": \"hunter2secret", "{\"hunter2secret\" 1}", "a: 'hunter2secret",
                        "a: hunter2secret: b",
                "hunter2secret: [", "a: @hunter2secret", "a: %hunter2secret", "*hunter2secret", "a: !<hunter2secret b"
            })
    void aSyntaxErrorHasAPlaceAndRepeatsNothing(String text) {
        var source = Source.read(text, 1000);

        assertThat(source.violations().toList().toString()).doesNotContain("hunter2secret");
        assertThat(source.violations().toList())
                .isNotEmpty()
                .allSatisfy(violation -> assertThat(violation.line()).isPositive());
    }

    @Test
    void aBillionLaughsAreNotLaughed() {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 10; i++) {
            text.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(8) + "*a" + (i - 1)));
        }

        assertThat(codes(text.toString())).contains("yaml-anchor", "yaml-alias");
    }

    @Test
    void hugeNumbersAreNotCalculated() {
        assertThat(codes("a: " + "9".repeat(100_000))).containsExactly("number-too-long");
        assertThat(codes("a: 1e999999999")).containsExactly("number-too-long");
        assertThat(codes("{\"a\": 1e999999999}")).containsExactly("number-too-long");
    }

    private static List<String> codes(String text) {
        return Source.read(text, 1_000_000).violations().toList().stream()
                .map(Violation::code)
                .toList();
    }

    private static List<Integer> place(Spot spot) {
        return List.of(spot.line(), spot.column());
    }
}
