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
import io.barecount.contracts.TopicAccess;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
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
import java.util.stream.Stream;
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
    private static final Map<String, Class<? extends HasMetadata>> STRIMZI = Map.of(
            "Kafka", Kafka.class,
            "KafkaNodePool", KafkaNodePool.class,
            "KafkaTopic", KafkaTopic.class,
            "KafkaUser", KafkaUser.class);

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
                "networkPolicy.metricsFrom[0].namespaceSelector.matchLabels.name", "monitoring",
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

    private static Map<String, Object> strimzi() {
        return Map.of(
                "kafka.strimzi.enabled", "true",
                "kafka.strimzi.cluster", "main",
                "kafka.strimzi.createCluster", "true",
                "kafka.strimzi.storage.class", "fast",
                "kafka.strimzi.users", "true",
                "kafka.strimzi.subscribedTopics[0]", "shop.*",
                "kafka.strimzi.subscribedTopics[1]", "shared.rates");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyObjectForStrimziIsWhatItsOperatorKnows(boolean users) {
        var values = new HashMap<>(strimzi());
        values.put("kafka.strimzi.users", Boolean.toString(users));
        var objects = render(values).stream()
                .filter(object -> object.path("apiVersion").asText().startsWith("kafka.strimzi.io/"))
                .toList();

        assertThat(objects.stream().map(object -> object.path("kind").asText()))
                .containsAll(users ? STRIMZI.keySet() : List.of("Kafka", "KafkaNodePool", "KafkaTopic"));
        assertThat(objects)
                .allSatisfy(object -> assertThatCode(() -> STRICT.treeToValue(
                                object, STRIMZI.get(object.path("kind").asText())))
                        .as("%s", object)
                        .doesNotThrowAnyException());
    }

    @Test
    void aMisspeltFieldWouldBeFound() throws IOException {
        var service = STRICT.readTree("{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"spec\":{\"selektor\":{}}}");
        var user = STRICT.readTree(
                "{\"kind\":\"KafkaUser\",\"spec\":{\"authorization\":{\"type\":\"simple\",\"akls\":[]}}}");

        assertThatThrownBy(() -> STRICT.treeToValue(service, Service.class)).hasMessageContaining("selektor");
        assertThatThrownBy(() -> STRICT.treeToValue(user, KafkaUser.class)).hasMessageContaining("akls");
    }

    @Test
    void givesEachServiceTheTopicsThatItUsesAndNoOthers() {
        var given = new HashMap<String, Set<String>>();
        for (var object : render(strimzi())) {
            if (object.path("kind").asText().equals("KafkaUser")) {
                var rights = new TreeSet<String>();
                object.at("/spec/authorization/acls")
                        .forEach(acl -> acl.path("operations")
                                .forEach(operation -> rights.add(operation.asText() + " "
                                        + acl.at("/resource/type").asText() + " "
                                        + acl.at("/resource/name").asText()
                                        + (acl.at("/resource/patternType")
                                                        .asText()
                                                        .equals("prefix")
                                                ? "*"
                                                : ""))));
                given.put(object.at("/metadata/name").asText(), rights);
            }
        }
        var expected = new HashMap<String, Set<String>>();
        for (var access : TopicAccess.ofAllServices()) {
            var rights = new TreeSet<>(Set.of("Read group " + access.service(), "Describe group " + access.service()));
            access.readNames()
                    .forEach(topic -> rights.addAll(List.of("Read topic " + topic, "Describe topic " + topic)));
            access.writeNames()
                    .forEach(topic -> rights.addAll(List.of("Write topic " + topic, "Describe topic " + topic)));
            if (access.service().equals("manifest-service")) {
                Stream.of("group manifest-service.subscriptions", "topic shop.*", "topic shared.rates")
                        .forEach(what -> rights.addAll(List.of("Read " + what, "Describe " + what)));
            }
            expected.put("bc-" + access.service(), rights);
        }
        expected.put("bc-console", Set.of("Read topic barecount.*", "Describe topic barecount.*", "Describe group *"));

        assertThat(given).isEqualTo(expected);
    }

    /** What is behind the chart's back is behind the rights' too: the services read just these topics. */
    @ParameterizedTest
    @ValueSource(
            strings = {"manifest-service", "policy-service", "scheduler-service", "runner-gateway", "ledger-service"})
    void whatAServiceReadsIsWhatItIsConfiguredToRead(String service) {
        var read = Pattern.compile("(?m)^mp\\.messaging\\.incoming\\.[a-z]+\\.topics?=(.*)$")
                .matcher(Project.read(Project.HOME.resolve(service + "/src/main/resources/application.properties")))
                .results()
                .flatMap(found -> Stream.of(found.group(1).split(",")))
                .sorted()
                .toList();
        var access = TopicAccess.ofAllServices().stream()
                .filter(one -> one.service().equals(service))
                .findFirst()
                .orElseThrow();

        assertThat(access.readNames()).isEqualTo(read);
    }

    /** Their operators publish no models, so these are compared with what their documentation says. */
    @Test
    void scalesByWhatAServiceIsBehindAndKnowsItsOwnUser() {
        var values = new HashMap<>(strimzi());
        values.put("autoscaling.enabled", "true");
        values.put("autoscaling.byLag.enabled", "true");
        var objects = render(values);
        var scaler = named(objects, "ScaledObject", "bc-policy-service");

        assertThat(scaler.at("/spec/scaleTargetRef/name").asText()).isEqualTo("bc-policy-service");
        assertThat(scaler.at("/spec/minReplicaCount").asInt()).isEqualTo(2);
        assertThat(scaler.at("/spec/maxReplicaCount").asInt()).isEqualTo(4);
        assertThat(scaler.at("/spec/triggers"))
                .extracting(trigger -> trigger.at("/metadata/topic").asText())
                .containsExactly("barecount.manifests", "barecount.runs");
        assertThat(scaler.at("/spec/triggers")).first().satisfies(trigger -> {
            assertThat(trigger.path("type").asText()).isEqualTo("kafka");
            assertThat(trigger.path("metadata"))
                    .isEqualTo(new ObjectMapper()
                            .valueToTree(Map.of(
                                    "bootstrapServers", "kafka:9092",
                                    "consumerGroup", "policy-service",
                                    "topic", "barecount.manifests",
                                    "lagThreshold", "200",
                                    "sasl", "scram_sha512",
                                    "tls", "enable")));
            assertThat(trigger.at("/authenticationRef/name").asText()).isEqualTo("bc-policy-service");
        });
        assertThat(named(objects, "ScaledObject", "bc-scheduler-service").at("/spec/triggers"))
                .hasSize(5);
        assertThat(objects.stream()
                        .filter(object -> object.path("kind").asText().equals("HorizontalPodAutoscaler"))
                        .map(object -> object.at("/metadata/name").asText()))
                .containsExactly("bc-console");
    }

    @Test
    void givesEachServiceADatabaseClusterOfItsOwn() {
        var objects = render(Map.of(
                "database.host",
                "",
                "database.cloudNativePg.enabled",
                "true",
                "database.cloudNativePg.storage.class",
                "fast"));

        assertThat(objects.stream()
                        .filter(object -> object.path("apiVersion").asText().equals("postgresql.cnpg.io/v1"))
                        .map(object -> object.at("/spec/bootstrap/initdb/owner").asText()))
                .containsExactlyInAnyOrder("manifest", "policy", "scheduler", "gateway", "ledger_owner");
        assertThat(named(objects, "Cluster", "bc-ledger")
                        .at("/spec/managed/roles/0/name")
                        .asText())
                .isEqualTo("ledger");
        var environment = named(objects, "Deployment", "bc-runner-gateway").at("/spec/template/spec/containers/0/env");
        assertThat(environment.toString()).contains("jdbc:postgresql://bc-gateway-rw:5432/gateway");
    }

    private static JsonNode named(List<JsonNode> objects, String kind, String name) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind)
                        && object.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
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
        for (var key : Key.ofProcess(service)) {
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
        var topics = new HashSet<Topic.Layout>();
        for (var object : render(strimzi())) {
            if (object.path("kind").asText().equals("KafkaTopic")) {
                var settings = new HashMap<String, String>();
                object.at("/spec/config")
                        .fields()
                        .forEachRemaining(setting -> settings.put(
                                setting.getKey(), setting.getValue().asText()));
                topics.add(new Topic.Layout(
                        object.at("/metadata/name").asText(),
                        object.at("/spec/partitions").asInt(),
                        object.at("/spec/replicas").asInt(),
                        settings));
            }
        }

        assertThat(topics).isEqualTo(new HashSet<>(Topic.layouts(3)));
    }

    @Test
    void refusesValuesThatCannotBe() {
        assertThatThrownBy(() -> render(Map.of("services.ledger-service.replicas", "2")))
                .hasMessageContaining("replicas");
        assertThatThrownBy(() -> render(Map.of("kafka.bootstrapServers", "kafka")))
                .hasMessageContaining("bootstrapServers");
        assertThatThrownBy(() -> render(Map.of("kafka.strimzi.enabled", "true")))
                .hasMessageContaining("name of the Kafka resource");
        assertThatThrownBy(() -> render(Map.of("database.host", ""))).hasMessageContaining("cloudNativePg");
        assertThatThrownBy(() -> render(Map.of("misspelt", "1"))).hasMessageContaining("misspelt");
    }
}
