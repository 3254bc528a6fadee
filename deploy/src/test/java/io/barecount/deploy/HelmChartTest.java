package io.barecount.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.marcnuri.helm.Helm;
import io.barecount.contracts.Topic;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The chart as Helm renders it, against what Kubernetes and the code say. */
class HelmChartTest {
    private static final Path CHART = Project.HOME.resolve("deploy/helm/barecount");
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "ServiceAccount", ServiceAccount.class,
            "Service", Service.class,
            "Deployment", Deployment.class,
            "PodDisruptionBudget", PodDisruptionBudget.class,
            "HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
            "NetworkPolicy", NetworkPolicy.class,
            "PersistentVolumeClaim", PersistentVolumeClaim.class,
            "Ingress", Ingress.class);

    /** The models keep what they don't know; here they must not, so that a misspelt field is an error. */
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            });

    private static final Map<String, Object> LEAST = Map.of(
            "origin", "barecount.example.com/1",
            "kafka.bootstrapServers", "kafka:9092",
            "database.host", "postgres");

    private static List<JsonNode> render(Map<String, Object> more) {
        var template = new Helm(CHART).template().withName("bc");
        var values = new HashMap<>(LEAST);
        values.putAll(more);
        values.forEach(template::set);
        var objects = new ArrayList<JsonNode>();
        for (var document : new Yaml().loadAll(template.call())) {
            if (document != null) {
                objects.add(new ObjectMapper().valueToTree(document));
            }
        }
        return objects;
    }

    private static Map<String, Object> everything() {
        return Map.of(
                "autoscaling.enabled", "true",
                "ingress.enabled", "true",
                "ingress.host", "console.example.com",
                "ingress.tlsSecret", "tls",
                "networkPolicy.awsCidrs[0]", "10.1.0.0/16",
                "checkpoints.storageClassName", "fast");
    }

    @Test
    void helmFindsNothingToSay(@TempDir Path directory) throws IOException {
        var chart = directory.resolve("barecount");
        try (var files = Files.walk(CHART)) {
            for (var file : files.toList()) {
                Files.copy(file, chart.resolve(CHART.relativize(file).toString()));
            }
        }
        var values = chart.resolve("values.yaml");
        Files.writeString(
                values,
                Files.readString(values)
                        .replace("origin: \"\"", "origin: barecount.example.com/1")
                        .replace("bootstrapServers: \"\"", "bootstrapServers: kafka:9092")
                        .replace("host: \"\"\n  port", "host: postgres\n  port"));

        var result = new Helm(chart).lint().call();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyObjectIsWhatKubernetesKnows(boolean all) {
        var objects = render(all ? everything() : Map.of());

        assertThat(objects).hasSizeGreaterThan(20).allSatisfy(object -> {
            var kind = object.path("kind").asText();
            assertThat(KINDS).containsKey(kind);
            assertThatCode(() -> STRICT.treeToValue(object, KINDS.get(kind)))
                    .as("%s", object)
                    .doesNotThrowAnyException();
        });
        assertThat(objects.stream().map(object -> object.path("kind").asText()))
                .containsAll(all ? KINDS.keySet() : List.of("Deployment", "NetworkPolicy", "PodDisruptionBudget"));
    }

    @Test
    void aMisspeltFieldWouldBeFound() throws IOException {
        var object = STRICT.readTree("{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"spec\":{\"selektor\":{}}}");

        assertThatThrownBy(() -> STRICT.treeToValue(object, Service.class)).hasMessageContaining("selektor");
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
        var deployment = render(Map.of()).stream()
                .filter(object -> object.path("kind").asText().equals("Deployment")
                        && object.at("/metadata/name").asText().equals("bc-" + service))
                .findFirst()
                .orElseThrow();
        var container = deployment.at("/spec/template/spec/containers/0");
        var own = new HashSet<String>();
        container.path("env").forEach(variable -> own.add(variable.path("name").asText()));
        own.removeIf(name -> !name.startsWith("BARECOUNT_"));
        var known = new TreeSet<String>();
        var required = new TreeSet<String>();
        for (var key : Key.of(service)) {
            known.add(key.variable());
            if (key.isRequired()) {
                required.add(key.variable());
            }
        }

        assertThat(known).containsAll(own);
        assertThat(own).containsAll(required);
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(deployment
                        .at("/spec/template/spec/securityContext/runAsNonRoot")
                        .asBoolean())
                .isTrue();
        var volumes = names(deployment.at("/spec/template/spec/volumes"));
        assertThat(names(container.path("volumeMounts"))).isEqualTo(volumes);
    }

    private static List<String> names(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(one -> one.path("name").asText())
                .toList();
    }

    @Test
    void makesTheTopicsThatTheCodeKnows() {
        var topics = new HashMap<String, Map<String, Long>>();
        for (var object : render(Map.of("kafka.strimzi.enabled", "true", "kafka.strimzi.cluster", "main"))) {
            if (object.path("kind").asText().equals("KafkaTopic")) {
                topics.put(object.at("/metadata/name").asText(), described(object.path("spec")));
            }
        }
        var expected = new HashMap<String, Map<String, Long>>();
        for (var topic : Topic.values()) {
            expected.put(topic.topicName(), described(topic, topic.partitions(), topic.maxRecordBytes()));
            if (topic != Topic.CHECKPOINTS) {
                expected.put(topic.deadLetterName(), described(topic, 1, Topic.maxDeadLetterBytes()));
            }
        }

        assertThat(topics).isEqualTo(expected);
    }

    private static Map<String, Long> described(JsonNode spec) {
        return Map.of(
                "partitions", spec.path("partitions").asLong(),
                "replicas", spec.path("replicas").asLong(),
                "retention", spec.path("config").path("retention.ms").asLong(),
                "bytes", spec.path("config").path("max.message.bytes").asLong(),
                "in sync", spec.path("config").path("min.insync.replicas").asLong());
    }

    private static Map<String, Long> described(Topic topic, long partitions, long bytes) {
        return Map.of(
                "partitions",
                partitions,
                "replicas",
                3L,
                "retention",
                topic.retention().toMillis(),
                "bytes",
                bytes,
                "in sync",
                2L);
    }

    @Test
    void refusesValuesThatCannotBe() {
        assertThatThrownBy(() -> render(Map.of("services.ledger-service.replicas", "2")))
                .hasMessageContaining("replicas");
        assertThatThrownBy(() -> render(Map.of("kafka.bootstrapServers", "kafka")))
                .hasMessageContaining("bootstrapServers");
        assertThatThrownBy(() -> render(Map.of("kafka.strimzi.enabled", "true")))
                .hasMessageContaining("name of the Kafka resource");
        assertThatThrownBy(() -> render(Map.of("misspelt", "1"))).hasMessageContaining("misspelt");
    }
}
