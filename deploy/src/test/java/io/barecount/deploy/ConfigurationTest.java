package io.barecount.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/configuration.md is written from the code, and every key in it does something. */
class ConfigurationTest {
    private static final List<String> MAPPED = new ArrayList<>(Project.SERVICES);

    static {
        MAPPED.add("console");
        MAPPED.add("access");
    }

    /** {@code -Dbarecount.write-docs=true} writes it. */
    @Test
    void theReferenceIsWhatTheCodeDeclares() throws IOException {
        var file = Project.HOME.resolve("docs/configuration.md");
        var head = Project.read(file).split("(?m)^<!-- from here on written from the code -->$", 2)[0];
        var reference = head + "<!-- from here on written from the code -->\n" + tables();
        if (Boolean.getBoolean("barecount.write-docs")) {
            Files.writeString(file, reference);
        }

        assertThat(Project.read(file))
                .as(
                        "docs/configuration.md is behind the code: mvn -pl deploy test -Dbarecount.write-docs=true writes it anew")
                .isEqualTo(reference);
    }

    private static String tables() throws IOException {
        var text = new StringBuilder();
        for (var service : MAPPED) {
            text.append("\n## ")
                    .append(service)
                    .append("\n\n| Variable | Type | Default | What it is |\n|---|---|---|---|\n");
            for (var key : Key.of(service)) {
                text.append("| `%s` | %s | %s | %s |\n"
                        .formatted(
                                key.variable(),
                                key.type().replaceAll("Optional<(.*)>", "$1").replace("|", "\\|"),
                                fallback(key),
                                key.meaning().replace("|", "\\|")));
            }
        }
        return text.toString();
    }

    private static String fallback(Key key) {
        if (key.fallback() != null) {
            return "`" + key.fallback() + "`";
        }
        return key.isRequired() ? "none: must be given" : "none";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "manifest-service",
                "policy-service",
                "scheduler-service",
                "runner-gateway",
                "ledger-service",
                "console",
                "access"
            })
    void everyKeyIsExplainedAndUsed(String service) throws IOException {
        var keys = Key.of(service);
        var sources = Project.sources(service);

        assertThat(keys).isNotEmpty().allSatisfy(key -> {
            assertThat(key.meaning()).as(key.name() + " has no docstring").isNotEmpty();
            assertThat(Pattern.compile("[.:]" + key.method() + "\\b")
                            .matcher(sources)
                            .find())
                    .as(key.name() + " is read nowhere")
                    .isTrue();
        });
    }

    @Test
    void everySettingOfTheAgentIsExplained() throws IOException {
        var named = new TreeSet<String>();
        Pattern.compile("\"(BARECOUNT_AGENT_[A-Z_]+)\"")
                .matcher(Project.read(Project.HOME.resolve("agent/src/main/java/io/barecount/agent/Settings.java")))
                .results()
                .forEach(found -> named.add(found.group(1)));

        assertThat(named)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(Project.read(Project.HOME.resolve("docs/configuration.md")))
                        .contains("`" + name + "`"));
    }
}
