package io.barecount.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The Compose file says to each part what it asks for, and nothing else; whether an engine takes it needs an engine. */
class ComposeTest {
    private static final Path DIRECTORY = Project.HOME.resolve("deploy/compose");
    private static JsonNode compose;

    @BeforeAll
    static void read() {
        // Merge keys are YAML 1.1's: SnakeYAML knows them, Jackson's reader does not.
        Map<String, Object> read = new Yaml().load(Project.read(DIRECTORY.resolve("compose.yaml")));
        compose = new ObjectMapper().valueToTree(read);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "manifest-service",
                "policy-service",
                "scheduler-service",
                "runner-gateway",
                "ledger-service",
                "console"
            })
    void givesEachServiceTheKeysThatItNeedsAndNoneThatItDoesNotKnow(String service) throws IOException {
        var given = names(compose.at("/services/" + service + "/environment"));
        var own = new HashSet<>(given);
        own.removeIf(name -> !name.startsWith("BARECOUNT_"));
        var known = new TreeSet<String>();
        var required = new TreeSet<String>();
        for (var key : Key.ofProcess(service)) {
            known.add(key.variable());
            if (key.isRequired()) {
                required.add(key.variable());
            }
        }

        assertThat(known).containsAll(own);
        assertThat(own).containsAll(required);
        assertThat(given).contains("QUARKUS_HTTP_HOST", "QUARKUS_HTTP_PORT");
    }

    @Test
    void givesTheAgentWhatItsSettingsAsFor() {
        var settings = Project.read(Project.HOME.resolve("agent/src/main/java/io/barecount/agent/Settings.java"));

        assertThat(names(compose.at("/services/agent/environment")))
                .allSatisfy(name -> assertThat(settings).contains("\"" + name + "\""))
                .containsAll(Pattern.compile("required\\(environment, \"([A-Z_]+)\"\\)")
                        .matcher(settings)
                        .results()
                        .map(found -> found.group(1))
                        .toList());
    }

    /** A service that could read another's key could sign in its name. */
    @Test
    void givesEachKeyToTheOneServiceThatSignsWithIt() {
        var readers = new HashMap<String, List<String>>();
        compose.path("services")
                .fields()
                .forEachRemaining(service -> service.getValue().path("volumes").forEach(volume -> {
                    var source = volume.asText().split(":")[0];
                    if (source.startsWith("./data/keys")) {
                        readers.computeIfAbsent(source, ignored -> new ArrayList<>())
                                .add(service.getKey());
                    }
                }));

        assertThat(readers)
                .containsOnly(
                        Map.entry("./data/keys/permit.pem", List.of("policy-service")),
                        Map.entry("./data/keys/permit.pub.pem", List.of("runner-gateway")),
                        Map.entry("./data/keys/evidence.pem", List.of("runner-gateway")),
                        Map.entry("./data/keys/checkpoint.pem", List.of("ledger-service")));
    }

    @Test
    void mountsOnlyWhatIsThereOrIsMadeByPrepare(@TempDir Path made) throws IOException {
        Seed.plant(new DataDirectory(made), Project.HOME);

        compose.path("services")
                .forEach(service -> service.path("volumes").forEach(volume -> {
                    var source = volume.asText().split(":")[0];
                    if (source.startsWith("./data/")) {
                        assertThat(made.resolve(source.substring("./data/".length())))
                                .exists();
                    } else if (source.startsWith("./") || source.startsWith("../")) {
                        assertThat(DIRECTORY.resolve(source)).exists();
                    } else {
                        assertThat(compose.path("volumes").has(source))
                                .as(source)
                                .isTrue();
                    }
                }));
    }

    @Test
    void lowersTheRightsOfAllThatIsOurs() {
        compose.path("services").fields().forEachRemaining(service -> {
            if (service.getValue().path("image").asText().startsWith("barecount/")) {
                assertThat(service.getValue().path("read_only").asBoolean())
                        .as(service.getKey())
                        .isTrue();
                assertThat(service.getValue().at("/cap_drop/0").asText())
                        .as(service.getKey())
                        .isEqualTo("ALL");
            }
            service.getValue()
                    .path("ports")
                    .forEach(port -> assertThat(port.asText()).startsWith("127.0.0.1:"));
        });
    }

    /** What Compose puts in for variables is either said by prepare, or has a default. */
    @Test
    void asksForNoVariableThatPrepareDoesNotWrite() throws IOException {
        var text = Project.read(DIRECTORY.resolve("compose.yaml"));
        var prepare = Project.read(DIRECTORY.resolve("prepare"));
        var passwords =
                Set.of("POSTGRES", "MANIFEST", "POLICY", "SCHEDULER", "GATEWAY", "LEDGER", "LEDGER_OWNER", "GRAFANA");

        assertThat(Pattern.compile("\\$\\{([A-Z_]+):\\?")
                        .matcher(text)
                        .results()
                        .map(found -> found.group(1)))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(prepare.contains("echo \"" + name + "=")
                                || passwords.contains(name.replaceAll("BARECOUNT_(.*)_PASSWORD", "$1")))
                        .as(name)
                        .isTrue());
        assertThat(Files.isExecutable(DIRECTORY.resolve("prepare"))).isTrue();
        assertThat(Files.isExecutable(DIRECTORY.resolve("databases.sh"))).isTrue();
    }

    /** The platform's own broker and its clients are of one version. */
    @Test
    void runsTheBrokerThatTheTestsRunOn() {
        var version = Pattern.compile("<kafka.version>(.*)</kafka.version>")
                .matcher(Project.read(Project.HOME.resolve("pom.xml")));

        assertThat(version.find()).isTrue();
        assertThat(compose.at("/services/kafka/image").asText()).isEqualTo("apache/kafka:" + version.group(1));
    }

    private static Set<String> names(JsonNode environment) {
        var names = new TreeSet<String>();
        environment.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
