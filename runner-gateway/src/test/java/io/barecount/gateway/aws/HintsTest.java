package io.barecount.gateway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.gateway.TestKeys;
import io.barecount.testing.BackingServices;
import io.barecount.testing.TopicProbe;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service that looks by itself once in an hour only, and so learns in this test from a provider's events alone when to look. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(TestKeys.class)
@QuarkusTestResource(
        value = Oracle.class,
        restrictToAnnotatedClass = true,
        initArgs = @ResourceArg(name = "barecount.gateway.drive.follow-every", value = "PT1H"))
class HintsTest {
    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @ParameterizedTest
    @CsvSource({"FARGATE, SpotInterruption", "GLUE, ERROR", "EC2, Server.SpotInstanceTermination"})
    void whatAProviderSaysIsLookedAtAtOnce(RunnerType type, String code) {
        try (var probe = new TopicProbe(bootstrapServers)) {
            var run = DrivenRun.sleeping(type, probe).dispatched();
            assertThat(run.told()).isInstanceOf(ExecutionEvent.Started.class);

            Oracle.get().say("no event at all");
            Oracle.get().say("{\"detail\": {\"taskArn\": \"of somebody else\", \"instance-id\": 7}}");
            Oracle.get().lose(run.started().id(), code, "it is gone");

            assertThat(run.told(2).get(1))
                    .isInstanceOfSatisfying(
                            ExecutionEvent.Failed.class,
                            failed -> assertThat(failed.failureClass()).isEqualTo(FailureClass.INTERRUPTED));
        }
    }
}
