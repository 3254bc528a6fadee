package io.barecount.policy;

import static io.barecount.policy.Samples.EXAMPLES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service starts with a whole governance, or not at all. */
class GovernanceLoadingTest {
    @TempDir
    Path directory;

    private final Map<String, String> properties = new HashMap<>();

    @BeforeEach
    void configureWhatIsRight() throws IOException {
        Files.writeString(directory.resolve("permit.pem"), Samples.KEY.toPem());
        properties.put(
                "barecount.policy.permit-key", directory.resolve("permit.pem").toString());
        properties.put(
                "barecount.policy.documents", EXAMPLES.resolve("governance").toString());
    }

    private PolicyConfig config() {
        return new SmallRyeConfigBuilder()
                .withMapping(PolicyConfig.class)
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build()
                .getConfigMapping(PolicyConfig.class);
    }

    private void copyShipped(String replaced, String by) throws IOException {
        var shipped = EXAMPLES.resolve("governance");
        try (var files = Files.walk(shipped)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var copy = directory
                        .resolve("governance")
                        .resolve(shipped.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.writeString(copy, Files.readString(file).replace(replaced, by));
            }
        }
        properties.put(
                "barecount.policy.documents", directory.resolve("governance").toString());
    }

    @Test
    void aWholeGovernanceIsLoaded() {
        var governance = GovernanceLoading.load(config()).governance();

        assertThat(governance.permits().verifyingKey().keyId()).isEqualTo(Samples.KEY.keyId());
        assertThat(governance.rules().sets()).hasSize(2);
        assertThat(governance.boundaries().names()).contains("sap-hana");
    }

    @Test
    void aPermitHoldsForADayUnlessConfigured() {
        assertThat(config().permitValidity()).isEqualTo(Duration.ofHours(24));
        properties.put("barecount.policy.permit-validity", "PT1H");
        assertThat(config().permitValidity()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void everythingThatIsMissingIsToldAtOnce() {
        properties.clear();
        properties.put("barecount.policy.permit-validity", "PT0S");

        assertThatThrownBy(() -> GovernanceLoading.load(config()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("policy-service does not start")
                .hasMessageContaining("barecount.policy.permit-key (BARECOUNT_POLICY_PERMIT_KEY) is not set")
                .hasMessageContaining("barecount.policy.documents (BARECOUNT_POLICY_DOCUMENTS) is not set")
                .hasMessageContaining("barecount.policy.permit-validity: a time is wanted, found PT0S");
    }

    @Test
    void aKeyFileThatIsNotThereIsNamed() {
        properties.put(
                "barecount.policy.permit-key", directory.resolve("none.pem").toString());

        assertThatThrownBy(() -> GovernanceLoading.load(config()))
                .hasMessageContaining("barecount.policy.permit-key: the file ")
                .hasMessageContaining("none.pem can't be read: NoSuchFileException");
    }

    @Test
    void aFileWithoutAKeyIsRefusedAndNeverQuoted() throws IOException {
        Files.writeString(
                directory.resolve("permit.pem"), "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----");

        assertThatThrownBy(() -> GovernanceLoading.load(config()))
                .hasMessageContaining("holds no key")
                .message()
                .doesNotContain("c2VjcmV0");
    }

    @Test
    void aRuleThatDoesNotCompileRefusesTheWholeSetWithFileRuleAndReason() throws IOException {
        copyShipped("estimate.tasks <= 10000", "estimate.taks <= 10000");

        assertThatThrownBy(() -> GovernanceLoading.load(config()))
                .hasMessageContaining(": policy set baseline, rule fan-out-ceiling, condition: ")
                .hasMessageContaining("undefined field 'taks'");
    }

    @Test
    void aDocumentThatIsWrongIsToldWithFileAndField() throws IOException {
        copyShipped("allowedRunners", "allowdRunners");

        assertThatThrownBy(() -> GovernanceLoading.load(config()))
                .hasMessageContaining("boundaries/factory.yaml:15: /spec/allowdRunners: unknown field");
    }
}
