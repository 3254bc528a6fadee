package io.barecount.gateway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.gateway.runner.CannotStart;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class GluePolicyTest {
    private static final String SCRIPT = "s3://data/runners/bootstrap/0123.py";
    private static final String READ_SECRET = "secretsmanager:GetSecretValue";

    @Test
    void aRunMayReadItsScriptAndNoOtherObject() throws CannotStart {
        var policy = policy(List.of());

        assertThat(allowed(policy, "s3:GetObject")).containsExactly("arn:aws:s3:::data/runners/bootstrap/0123.py");
        assertThat(allowed(policy, READ_SECRET)).isEmpty();
    }

    @Test
    void aRunMayReadTheSecretsThatItsManifestRefersTo() throws CannotStart {
        var arn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:login-AbCdEf";
        var policy = policy(List.of("secretsmanager:orders/db", "secretsmanager:" + arn));

        assertThat(allowed(policy, READ_SECRET))
                .containsExactlyInAnyOrder("arn:aws:secretsmanager:eu-central-1:*:secret:orders/db-??????", arn);
    }

    @Test
    void moreThanGlueTakesIsSaidBeforeTheStart() {
        var many = IntStream.range(0, 32)
                .mapToObj(number -> "secretsmanager:" + "a".repeat(60) + number)
                .toList();

        assertThatThrownBy(() -> policy(many)).isInstanceOf(CannotStart.class).hasMessageContaining("2048");
    }

    private static JsonNode policy(List<String> references) throws CannotStart {
        return Json.read(GluePolicy.of("eu-central-1", SCRIPT, references), JsonNode.class);
    }

    private static List<String> allowed(JsonNode policy, String action) {
        return StreamSupport.stream(policy.path("Statement").spliterator(), false)
                .filter(statement -> statement.path("Action").asText().equals(action))
                .map(statement -> statement.path("Resource"))
                .flatMap(resource -> resource.isArray()
                        ? StreamSupport.stream(resource.spliterator(), false)
                        : Collections.singletonList(resource).stream())
                .map(JsonNode::asText)
                .toList();
    }
}
