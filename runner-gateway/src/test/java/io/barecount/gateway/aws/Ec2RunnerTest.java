package io.barecount.gateway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.gateway.aws.LaunchTemplates.Definition;
import io.barecount.gateway.runner.CannotStart;
import io.barecount.gateway.runner.StartOutcome;
import io.barecount.gateway.runner.Work;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateInstanceNetworkInterfaceSpecification;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateVersion;
import software.amazon.awssdk.services.ec2.model.ResponseLaunchTemplateData;

/** Instances from launch templates. */
class Ec2RunnerTest {
    private static final Work WORK = RunnersAlone.work(RunnerType.EC2);
    private static final Definition DEFINITION = new Definition("ami-1", "t3.micro", null, "subnet-1", List.of("sg-1"));

    @TempDir
    Path directory;

    private RunnersAlone alone;
    private Ec2Runner runner;

    @BeforeEach
    void start() {
        alone = new RunnersAlone(directory, Map.of("barecount.gateway.aws.ec2.image", "ami-1"));
        runner = alone.ec2();
    }

    @AfterEach
    void stop() {
        alone.close();
    }

    @Test
    void nothingIsAskedForWhatIsKnown() throws Exception {
        assertThat(runner.ready(WORK, "token", "secret")).isEmpty();
        var prepared = runner.prepare(WORK, "token", "secret");
        alone.oracle.resetCalls();

        assertThat(runner.ready(WORK, "token", "secret")).contains(prepared);
        assertThat(alone.oracle.calls()).isEmpty();
    }

    @Test
    void anInstanceIsWhatItsTemplateSays() throws Exception {
        var request = runner.prepare(WORK, "token", "secret");

        assertThat(runner.start(request, WORK).toCompletableFuture().get()).isInstanceOf(StartOutcome.Accepted.class);

        var instance = alone.clients
                .ec2("eu-central-1")
                .describeInstances()
                .join()
                .reservations()
                .get(0)
                .instances()
                .get(0);
        assertThat(instance.imageId()).isEqualTo("ami-1");
        assertThat(instance.subnetId()).isEqualTo("subnet-1");
        assertThat(instance.publicIpAddress()).isNull();
        assertThat(instance.metadataOptions().httpTokensAsString()).isEqualTo("required");
    }

    /** Somebody took the name: what the gateway needs becomes another version, and that one is used. */
    @Test
    void aTemplateOfTheNameWithOtherContentGetsAnotherVersion() throws Exception {
        var first = runner.prepare(WORK, "token", "secret").setting("launchTemplate");
        assertThat(first).endsWith(":1");
        alone.close();
        directory = directory.resolve("again");
        start();
        alone.clients
                .ec2("eu-central-1")
                .createLaunchTemplate(template -> template.launchTemplateName(AwsRunner.nameOf(WORK, DEFINITION))
                        .launchTemplateData(data -> data.imageId("ami-of-somebody-else")))
                .join();

        assertThat(runner.prepare(WORK, "token", "secret").setting("launchTemplate"))
                .endsWith(":2");
    }

    @Test
    void withoutAnImageItSaysWhatToSet() {
        alone.close();
        directory = directory.resolve("again");
        alone = new RunnersAlone(directory, Map.of());
        runner = alone.ec2();

        assertThatThrownBy(() -> runner.prepare(WORK, "token", "secret"))
                .isInstanceOfSatisfying(
                        CannotStart.class, e -> assertThat(e.failureClass()).isEqualTo(FailureClass.NOT_STARTED))
                .hasMessageContaining("barecount.gateway.aws.ec2.image");
    }

    private static ResponseLaunchTemplateData.Builder asDefined() {
        return ResponseLaunchTemplateData.builder()
                .imageId("ami-1")
                .instanceType("t3.micro")
                .instanceInitiatedShutdownBehavior("terminate")
                .metadataOptions(options -> options.httpTokens("required").httpPutResponseHopLimit(1))
                .networkInterfaces(card().build());
    }

    private static LaunchTemplateInstanceNetworkInterfaceSpecification.Builder card() {
        return LaunchTemplateInstanceNetworkInterfaceSpecification.builder()
                .subnetId("subnet-1")
                .groups("sg-1")
                .associatePublicIpAddress(false);
    }

    private static List<String> differences(ResponseLaunchTemplateData.Builder data) {
        return LaunchTemplates.differences(
                LaunchTemplateVersion.builder().launchTemplateData(data.build()).build(), DEFINITION);
    }

    @Test
    void aTemplateAsDefinedDiffersInNothing() {
        assertThat(differences(asDefined())).isEmpty();
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("image", data -> data.imageId("ami-2")),
                change("type", data -> data.instanceType("t3.large")),
                change("shutdown", data -> data.instanceInitiatedShutdownBehavior("stop")),
                change("user data", data -> data.userData("IyEvYmluL3No")),
                change("key", data -> data.keyName("mine")),
                change("profile", data -> data.iamInstanceProfile(profile -> profile.name("admin"))),
                change("no metadata options", data -> data.metadataOptions(options -> {})),
                change(
                        "IMDSv1",
                        data -> data.metadataOptions(
                                options -> options.httpTokens("optional").httpPutResponseHopLimit(1))),
                change(
                        "hops",
                        data -> data.metadataOptions(
                                options -> options.httpTokens("required").httpPutResponseHopLimit(2))),
                change("no interface", data -> data.networkInterfaces(List.of())),
                change(
                        "two interfaces",
                        data -> data.networkInterfaces(
                                card().build(), card().deviceIndex(1).build())),
                change(
                        "subnet",
                        data -> data.networkInterfaces(
                                card().subnetId("subnet-2").build())),
                change(
                        "groups",
                        data -> data.networkInterfaces(
                                card().groups("sg-1", "sg-2").build())),
                change(
                        "public address",
                        data -> data.networkInterfaces(
                                card().associatePublicIpAddress(true).build())),
                change(
                        "address left open",
                        data -> data.networkInterfaces(
                                card().associatePublicIpAddress(null).build())));
    }

    private static Arguments change(String what, Consumer<ResponseLaunchTemplateData.Builder> change) {
        return Arguments.of(what, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void whateverElseATemplateHoldsIsADifference(String what, Consumer<ResponseLaunchTemplateData.Builder> change) {
        var data = asDefined();
        change.accept(data);

        assertThat(differences(data)).isNotEmpty();
    }
}
