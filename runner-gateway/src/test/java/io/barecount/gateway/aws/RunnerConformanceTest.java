package io.barecount.gateway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.gateway.TestKeys;
import io.barecount.oracle.Fault;
import io.barecount.oracle.Network;
import io.barecount.oracle.Network.Route;
import io.barecount.oracle.Operation;
import io.barecount.oracle.Overrides.Placement;
import io.barecount.testing.BackingServices;
import io.barecount.testing.runner.RunnerContract;
import io.barecount.testing.runner.RunnerUnderTest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every runner must do, shown on each of those of Amazon Web Services, and what these must do besides: by the service as it runs, on
 * a provider that really executes what it accepts, and that goes wrong in the ways providers do.
 */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(TestKeys.class)
@QuarkusTestResource(value = Oracle.class, restrictToAnnotatedClass = true)
class RunnerConformanceTest extends RunnerContract {
    private static final Duration MOST = Duration.ofSeconds(60);
    private static final Map<RunnerType, Operation> STARTS = AwsUnderTest.STARTS;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    static Stream<RunnerUnderTest> runners() {
        return STARTS.keySet().stream().sorted().map(AwsUnderTest::of);
    }

    @Override
    protected String bootstrapServers() {
        return bootstrapServers;
    }

    @AfterEach
    void recover() {
        Oracle.get().faults().clear();
        Oracle.programs().dead(false);
        Oracle.programs().hanging(false);
    }

    @ParameterizedTest
    @EnumSource(names = {"LAMBDA", "FARGATE", "GLUE", "EC2"})
    void eachRunStartsAsASessionOfItsOwn(RunnerType type) {
        var run = DrivenRun.of(type, probe).dispatched();
        var evidence = evidence((ExecutionEvent.Succeeded) run.told(2).get(1));

        assertThat(evidence.provider()).isEqualTo("aws");
        assertThat(evidence.configuration().applied())
                .containsEntry("session", "arn:aws:iam::000000000000:role/starter/barecount-" + run.id);
        assertThat(evidence.network().applied())
                .contains(run.boundary.vpc(), run.boundary.subnets().get(0), "no public address");
        assertThat(Oracle.get().sessionOf(run.started())).satisfies(session -> {
            assertThat(session.role()).isEqualTo("arn:aws:iam::000000000000:role/starter");
            assertThat(session.name()).isEqualTo("barecount-" + run.id);
            assertThat(session.sourceIdentity()).isEqualTo("barecount-" + run.id);
            assertThat(session.policy()).contains("\"aws:RequestedRegion\":\"eu-central-1\"");
            assertThat(session.tags())
                    .containsEntry("barecount:run", run.id.toString())
                    .containsEntry("barecount:boundary", run.boundary.name());
        });
    }

    @Test
    void aJobRunMayReadItsScriptAndNoData() {
        var run = DrivenRun.of(RunnerType.GLUE, probe).dispatched();
        run.told(2);

        var started = run.started();
        assertThat(started.request().path("ExecutionRoleSessionPolicy").asText())
                .contains("\"arn:aws:s3:::" + started.scriptLocation().replace("s3://", "") + "\"")
                .doesNotContain("s3:PutObject");
    }

    @Test
    void anInstanceIsStartedFromAPinnedVersionOfItsTemplate() {
        var run = DrivenRun.of(RunnerType.EC2, probe).dispatched();
        var evidence = evidence((ExecutionEvent.Succeeded) run.told(2).get(1));

        assertThat(evidence.configuration().applied())
                .hasEntrySatisfying(
                        "launchTemplate", pinned -> assertThat(pinned).matches("lt-[0-9a-f]+:1"));
        assertThat(run.started().request().path("LaunchTemplate.Version").asText())
                .isEqualTo("1");
        assertThat(run.started().request().has("ImageId")).isFalse();
        assertThat(run.started().name()).isEqualTo("ami-0123456789abcdef0");
    }

    @Test
    void whatMayRunOnSpareCapacityDoesAndIsInterruptedByItsLossOnly() {
        var run = DrivenRun.sleepingOnSpot(probe).dispatched();
        assertThat(run.told()).isInstanceOf(ExecutionEvent.Started.class);
        assertThat(run.started()
                        .request()
                        .path("capacityProviderStrategy")
                        .path(0)
                        .path("capacityProvider")
                        .asText())
                .isEqualTo("FARGATE_SPOT");

        Oracle.get().lose(run.started().id(), "SpotInterruption", "Your Spot Task was interrupted.");

        assertThat(run.told(2).get(1)).isInstanceOfSatisfying(ExecutionEvent.Failed.class, failed -> {
            assertThat(failed.failureClass()).isEqualTo(FailureClass.INTERRUPTED);
            assertThat(failed.reason()).contains("SpotInterruption");
        });
    }

    /** Many at once; {@code -Dbarecount.lost-responses=1000} for a campaign. */
    @ParameterizedTest
    @EnumSource(names = {"LAMBDA", "FARGATE", "GLUE", "EC2"})
    void ofManyLostAnswersNoneMakesASecondEffect(RunnerType type) {
        var faults = new Fault[Integer.getInteger("barecount.lost-responses", 8)];
        Arrays.fill(faults, Fault.LOSE_RESPONSE);
        Oracle.get().faults().next(STARTS.get(type), faults);
        var runs = Arrays.stream(faults)
                .map(fault -> DrivenRun.of(type, probe).dispatched())
                .toList();

        await().atMost(Duration.ofHours(1)).pollInterval(Duration.ofSeconds(2)).untilAsserted(() -> {
            var told = DrivenRun.toldOfAll(probe);
            assertThat(runs)
                    .allSatisfy(run -> assertThat(told.get(run.id.toString()))
                            .hasSize(2)
                            .last()
                            .isInstanceOf(ExecutionEvent.Succeeded.class));
        });
        assertThat(DrivenRun.startsOfAll())
                .containsAllEntriesOf(runs.stream()
                        .collect(Collectors.toMap(run -> run.attempt().toString(), run -> 1L)));
    }

    /** With 4 at once and 4 a second, as the gateway is configured here. */
    @Test
    void noMoreIsStartedThanTheProviderTakes() {
        var runs = Stream.generate(() -> DrivenRun.of(RunnerType.EC2, probe))
                .limit(16)
                .toList();
        var dispatched = Instant.now();
        runs.forEach(DrivenRun::dispatch);

        runs.forEach(run -> assertThat(run.told(2).get(1)).isInstanceOf(ExecutionEvent.Succeeded.class));
        assertThat(runs.stream().map(run -> run.started().at()).max(Comparator.naturalOrder()))
                .hasValueSatisfying(last -> assertThat(last).isAfter(dispatched.plusMillis(2900)));
    }

    @ParameterizedTest
    @EnumSource(names = {"LAMBDA", "FARGATE", "GLUE", "EC2"})
    void aStartThatIsDeniedSaysWhatToDo(RunnerType type) {
        Oracle.get().faults().next(STARTS.get(type), Fault.ACCESS_DENIED);
        var run = DrivenRun.of(type, probe).dispatched();

        assertThat(run.told()).isInstanceOfSatisfying(ExecutionEvent.Failed.class, failed -> {
            assertThat(failed.failureClass()).isEqualTo(FailureClass.NOT_STARTED);
            assertThat(failed.reason()).contains("Give the gateway's role this permission");
        });
        assertThat(run.starts()).isZero();
    }

    /** Whatever the answer is, if it is one: what was started is found, what was not is started once. */
    @ParameterizedTest
    @CsvSource({
        "LAMBDA, MALFORMED",
        "FARGATE, MALFORMED",
        "GLUE, MALFORMED",
        "EC2, MALFORMED",
        "LAMBDA, HTTP_500_AFTER",
        "FARGATE, HTTP_500_AFTER",
        "GLUE, HTTP_500_AFTER",
        "EC2, HTTP_500_AFTER",
        "LAMBDA, HANG",
        "FARGATE, HANG",
        "GLUE, HANG",
        "EC2, HANG",
        "LAMBDA, QUOTA",
        "FARGATE, QUOTA",
        "GLUE, QUOTA",
        "EC2, QUOTA",
        "FARGATE, HTTP_500",
        "EC2, HTTP_500",
        "FARGATE, REFUSE_BEFORE",
        "EC2, REFUSE_BEFORE",
        "FARGATE, EMPTY_FAILURES"
    })
    void aBadAnswerMakesNoSecondStart(RunnerType type, Fault fault) {
        Oracle.get().faults().next(STARTS.get(type), fault);
        var run = DrivenRun.of(type, probe).dispatched();

        assertThat(run.told(2).get(1)).as("%s", run.told(2)).isInstanceOf(ExecutionEvent.Succeeded.class);
        assertThat(run.starts()).isOne();
    }

    /** Glue can't be asked by a token: a start that nobody can find is in doubt, and nothing of it can have an effect any more. */
    @ParameterizedTest
    @EnumSource(names = {"HTTP_500", "REFUSE_BEFORE"})
    void aJobRunThatCanNotBeFoundIsInDoubt(Fault fault) {
        Oracle.get().faults().next(Operation.START_JOB_RUN, fault);
        var run = DrivenRun.of(RunnerType.GLUE, probe).dispatched();

        assertThat(run.told()).isInstanceOfSatisfying(ExecutionEvent.Failed.class, failed -> {
            assertThat(failed.failureClass()).isEqualTo(FailureClass.IN_DOUBT);
            assertThat(failed.reason()).contains("Its claim is void");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "LAMBDA, CREATE_FUNCTION",
        "LAMBDA, PUBLISH_VERSION",
        "GLUE, CREATE_JOB",
        "GLUE, GET_CONNECTION",
        "EC2, ASSUME_ROLE"
    })
    void whatIsDeniedInPreparingIsSaidWithWhatToDo(RunnerType type, Operation operation) {
        var run = DrivenRun.of(type, probe);
        Oracle.get().faults().next(operation, Fault.ACCESS_DENIED);
        run.dispatch();

        assertThat(run.told()).isInstanceOfSatisfying(ExecutionEvent.Failed.class, failed -> {
            assertThat(failed.failureClass()).isEqualTo(FailureClass.NOT_STARTED);
            assertThat(failed.reason()).contains("Give the gateway's role this permission");
        });
        assertThat(run.starts()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            names = {"DESCRIBE_SUBNETS", "DESCRIBE_SECURITY_GROUPS", "DESCRIBE_ROUTE_TABLES", "DESCRIBE_VPC_ENDPOINTS"})
    void whatCanNotBeCheckedIsNotStarted(Operation operation) {
        var run = DrivenRun.of(RunnerType.EC2, probe);
        Oracle.get().faults().next(operation, Fault.ACCESS_DENIED);
        run.dispatch();

        assertThat(run.told()).isInstanceOfSatisfying(ExecutionEvent.Failed.class, failed -> {
            assertThat(failed.failureClass()).isEqualTo(FailureClass.BOUNDARY_VIOLATION);
            assertThat(failed.reason()).contains("what can't be checked is not started");
        });
        assertThat(run.starts()).isZero();
    }

    static Stream<Arguments> networksThatLeadOut() {
        return Stream.of(
                leads("no subnet", (network, vpc) -> network.remove("subnet-" + vpc + "1")),
                leads(
                        "a subnet elsewhere",
                        (network, vpc) -> network.subnet("subnet-" + vpc + "1", "vpc-9", "10.0.0.0/16", false)),
                leads("no group", (network, vpc) -> network.remove("sg-" + vpc)),
                leads(
                        "a group of another VPC",
                        (network, vpc) -> network.securityGroup("sg-" + vpc, "vpc-9", List.of(), List.of())),
                leads(
                        "egress",
                        (network, vpc) ->
                                network.securityGroup("sg-" + vpc, "vpc-" + vpc, List.of("0.0.0.0/0"), List.of())),
                leads(
                        "IPv6 egress",
                        (network, vpc) -> network.securityGroup("sg-" + vpc, "vpc-" + vpc, List.of(), List.of("::/0"))),
                leads("no route table", (network, vpc) -> network.remove("rtb-" + vpc)),
                leads("internet gateway", (network, vpc) -> route(network, vpc, new Route("0.0.0.0/0", "igw-1"))),
                leads("IPv6 internet gateway", (network, vpc) -> route(network, vpc, new Route("::/0", "igw-1"))),
                leads("NAT gateway", (network, vpc) -> route(network, vpc, new Route("0.0.0.0/0", "nat-1"))),
                leads("egress-only gateway", (network, vpc) -> route(network, vpc, new Route("::/0", "eigw-1"))),
                leads("another peering", (network, vpc) -> route(network, vpc, new Route("10.9.0.0/16", "pcx-9"))),
                leads(
                        "another transit gateway",
                        (network, vpc) -> route(network, vpc, new Route("10.9.0.0/16", "tgw-9"))),
                leads("a VPN gateway", (network, vpc) -> route(network, vpc, new Route("10.9.0.0/16", "vgw-9"))),
                leads("a machine", (network, vpc) -> route(network, vpc, new Route("0.0.0.0/0", "eni-9"))),
                leads(
                        "one subnet's own table",
                        (network, vpc) -> network.routeTable(
                                "rtb-own-" + vpc,
                                "vpc-" + vpc,
                                false,
                                List.of("subnet-" + vpc + "2"),
                                new Route("0.0.0.0/0", "igw-1"))),
                leads("no endpoint", (network, vpc) -> network.remove("vpce-" + vpc)),
                leads(
                        "a pending endpoint",
                        (network, vpc) ->
                                network.vpcEndpoint("vpce-" + vpc, "vpc-" + vpc, "com.example.hana", "pending", "{}")),
                leads(
                        "an endpoint elsewhere",
                        (network, vpc) ->
                                network.vpcEndpoint("vpce-" + vpc, "vpc-9", "com.example.hana", "available", "{}")));
    }

    private static Arguments leads(String what, BiConsumer<Network, String> change) {
        return Arguments.of(what, change);
    }

    private static void route(Network network, String vpc, Route route) {
        network.routeTable("rtb-" + vpc, "vpc-" + vpc, true, List.of(), new Route("10.0.0.0/16", "local"), route);
    }

    /** As the provider's API shows them; each by itself, {@code BoundaryCheckTest} has all. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("networksThatLeadOut")
    void noNetworkThatIsNotAsDeclaredIsStartedIn(String what, BiConsumer<Network, String> change) {
        var run = DrivenRun.of(RunnerType.EC2, probe);
        change.accept(Oracle.get().network(), run.id.toString().substring(0, 8));
        run.dispatch();

        assertThat(run.told())
                .isInstanceOfSatisfying(
                        ExecutionEvent.Failed.class,
                        failed -> assertThat(failed.failureClass()).isEqualTo(FailureClass.BOUNDARY_VIOLATION));
        assertThat(run.starts()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"FARGATE", "GLUE", "EC2"})
    void whatEndsBeforeItsClaimHasNotStarted(RunnerType type) {
        Oracle.programs().dead(true);
        var run = DrivenRun.of(type, probe).dispatched();

        assertThat(run.told()).isInstanceOfSatisfying(ExecutionEvent.Failed.class, failed -> {
            assertThat(failed.failureClass()).isEqualTo(FailureClass.NOT_STARTED);
            assertThat(failed.reason()).contains("before the workload asked for its claim");
        });
    }

    /** Something hangs beneath the workload, which has reported: the attempt has ended, the machine has not. */
    @ParameterizedTest
    @EnumSource(names = {"FARGATE", "EC2"})
    void whatStillRunsThoughItsAttemptHasEndedIsEnded(RunnerType type) {
        Oracle.programs().hanging(true);
        var run = DrivenRun.of(type, probe).dispatched();

        assertThat(run.told(2).get(1)).isInstanceOf(ExecutionEvent.Succeeded.class);
        await().atMost(MOST).until(() -> Oracle.programs().hung() == 0);
    }

    @ParameterizedTest
    @EnumSource(names = {"LAMBDA", "FARGATE", "GLUE", "EC2"})
    void aNetworkThatLeadsOutIsNotStartedIn(RunnerType type) {
        var run = DrivenRun.of(type, probe);
        AwsUnderTest.of(type).openToTheInternet(run.boundary);
        run.dispatch();

        assertThat(run.told()).isInstanceOfSatisfying(ExecutionEvent.Failed.class, failed -> {
            assertThat(failed.failureClass()).isEqualTo(FailureClass.BOUNDARY_VIOLATION);
            assertThat(failed.reason()).contains("which leads to the internet");
        });
        assertThat(run.starts()).isZero();
    }

    static Stream<Arguments> brokenWords() {
        return Stream.of(
                Arguments.of(RunnerType.FARGATE, Placement.inSubnet("subnet-elsewhere")),
                Arguments.of(RunnerType.FARGATE, Placement.publicIp(true)),
                Arguments.of(RunnerType.FARGATE, Placement.withSecurityGroups("sg-elsewhere")),
                Arguments.of(RunnerType.EC2, Placement.inSubnet("subnet-elsewhere")),
                Arguments.of(RunnerType.EC2, Placement.publicIp(true)),
                Arguments.of(RunnerType.EC2, Placement.withSecurityGroups("sg-elsewhere")));
    }

    @ParameterizedTest
    @MethodSource("brokenWords")
    void whatTheProviderPutsElsewhereIsStopped(RunnerType type, Placement placement) {
        Oracle.get().network().subnet("subnet-elsewhere", "vpc-elsewhere", "10.9.0.0/16", true);
        Oracle.get().network().securityGroup("sg-elsewhere", "vpc-elsewhere", List.of("0.0.0.0/0"), List.of());
        if (type == RunnerType.FARGATE) {
            Oracle.get().overrides().nextTask(placement);
        } else {
            Oracle.get().overrides().nextInstance(placement);
        }
        var run = DrivenRun.sleeping(type, probe).dispatched();

        var last = await().atMost(MOST)
                .until(() -> run.told(1), told -> told.get(told.size() - 1) instanceof ExecutionEvent.Failed);
        assertThat(((ExecutionEvent.Failed) last.get(last.size() - 1)).failureClass())
                .isEqualTo(FailureClass.BOUNDARY_VIOLATION);
    }
}
