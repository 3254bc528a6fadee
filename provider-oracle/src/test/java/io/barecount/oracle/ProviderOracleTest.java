package io.barecount.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.barecount.oracle.Network.Route;
import io.barecount.oracle.Overrides.Placement;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.TelemetryStatus;
import software.amazon.awssdk.services.ec2.model.VpcEndpointType;
import software.amazon.awssdk.services.ecs.model.AssignPublicIp;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskField;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;
import software.amazon.awssdk.services.glue.model.ConcurrentRunsExceededException;
import software.amazon.awssdk.services.glue.model.ConnectionType;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.JobRun;
import software.amazon.awssdk.services.glue.model.JobRunState;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.PackageType;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The SDK's own clients against the oracle; their builders take generic varargs, hence the unchecked arrays. */
@SuppressWarnings("unchecked")
final class ProviderOracleTest {
    private static final byte[] ZIP = "not really a zip".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private ProviderOracle oracle;
    private AwsClients aws;

    @BeforeEach
    void start() {
        restart(Workloads.manual());
    }

    @AfterEach
    void close() {
        oracle.close();
    }

    private void restart(Workloads workloads) {
        if (oracle != null) {
            oracle.close();
        }
        oracle = ProviderOracle.over(directory).workloads(workloads).start();
        aws = new AwsClients(oracle.endpoint());
        oracle.network()
                .subnet("subnet-a", "vpc-1", "10.1.1.0/24", false)
                .subnet("subnet-b", "vpc-1", "10.1.2.0/24", true);
    }

    private static void await(BooleanSupplier condition) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static String codeOf(ThrowingCallable call) {
        return catchThrowableOfType(AwsServiceException.class, call)
                .awsErrorDetails()
                .errorCode();
    }

    private String registerDefinition() {
        return aws.ecs
                .registerTaskDefinition(r -> r.family("load")
                        .containerDefinitions(c ->
                                c.name("main").image("repo/load@sha256:1").environment(env("A", "1"), env("B", "1"))))
                .taskDefinition()
                .taskDefinitionArn();
    }

    private static KeyValuePair env(String name, String value) {
        return KeyValuePair.builder().name(name).value(value).build();
    }

    private static RunTaskRequest runTask(String token) {
        return RunTaskRequest.builder()
                .cluster("c")
                .taskDefinition("load:1")
                .clientToken(token)
                .startedBy("attempt-1")
                .tags(t -> t.key("k").value("v"))
                .networkConfiguration(n -> n.awsvpcConfiguration(
                        v -> v.subnets("subnet-a").securityGroups("sg-1").assignPublicIp(AssignPublicIp.DISABLED)))
                .overrides(o -> o.containerOverrides(c -> c.name("main").environment(env("B", "2"))))
                .build();
    }

    private Task describe(String arn) {
        return aws.ecs.describeTasks(r -> r.cluster("c").tasks(arn)).tasks().getFirst();
    }

    private static String detail(Task task, String name) {
        return task.attachments().getFirst().details().stream()
                .filter(pair -> pair.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test
    void aTaskDefinitionIsRegisteredDescribedAndDeregistered() {
        var arn = registerDefinition();
        assertThat(arn).endsWith(":task-definition/load:1");
        var described = aws.ecs.describeTaskDefinition(r -> r.taskDefinition("load"));
        assertThat(described.taskDefinition().revision()).isEqualTo(1);
        assertThat(described.taskDefinition().containerDefinitions().getFirst().image())
                .isEqualTo("repo/load@sha256:1");
        aws.ecs.deregisterTaskDefinition(r -> r.taskDefinition(arn));
        assertThat(aws.ecs
                        .describeTaskDefinition(r -> r.taskDefinition("load:1"))
                        .taskDefinition()
                        .statusAsString())
                .isEqualTo("INACTIVE");
        assertThat(codeOf(() -> aws.ecs.describeTaskDefinition(r -> r.taskDefinition("load"))))
                .isEqualTo("ClientException");
        assertThat(codeOf(() -> aws.ecs.runTask(runTask("t")))).isEqualTo("ClientException");
    }

    @Test
    void aTaskRunsUntilItIsFinished() {
        registerDefinition();
        var started = aws.ecs.runTask(runTask("t")).tasks().getFirst();
        var running = aws.ecs
                .describeTasks(r -> r.cluster("c").tasks(started.taskArn()).include(TaskField.TAGS))
                .tasks()
                .getFirst();
        assertThat(running.lastStatus()).isEqualTo("RUNNING");
        assertThat(running.tags().getFirst().value()).isEqualTo("v");
        assertThat(detail(running, "subnetId")).isEqualTo("subnet-a");
        assertThat(detail(running, "privateIPv4Address")).startsWith("10.1.1.");
        oracle.finish(started.taskArn(), 3);
        var stopped = describe(started.taskArn());
        assertThat(stopped.lastStatus()).isEqualTo("STOPPED");
        assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.ESSENTIAL_CONTAINER_EXITED);
        assertThat(stopped.containers().getFirst().exitCode()).isEqualTo(3);
        assertThat(oracle.starts()).singleElement().satisfies(start -> {
            assertThat(start.provider()).isEqualTo("ecs");
            assertThat(start.token()).isEqualTo("t");
            assertThat(start.name()).isEqualTo("load");
            assertThat(start.caller()).isEqualTo("AKIATEST");
            assertThat(start.environment()).isEqualTo(Map.of("A", "1", "B", "2"));
        });
    }

    @Test
    void aTaskTokenIsGoodForOneRequestInOneCluster() {
        registerDefinition();
        var first = aws.ecs.runTask(runTask("t")).tasks().getFirst();
        assertThat(aws.ecs.runTask(runTask("t")).tasks().getFirst().taskArn()).isEqualTo(first.taskArn());
        var other = runTask("t").toBuilder().startedBy("attempt-2").build();
        var conflict = catchThrowableOfType(ConflictException.class, () -> aws.ecs.runTask(other));
        assertThat(conflict.resourceIds()).containsExactly(first.taskArn());
        aws.ecs.runTask(runTask("t").toBuilder().cluster("d").build());
        assertThat(oracle.starts()).hasSize(2);
    }

    @Test
    void manyCallsAtOnceWithOneTokenAreOneStart() {
        registerDefinition();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = IntStream.range(0, 20)
                    .mapToObj(ignored -> CompletableFuture.supplyAsync(
                            () -> aws.ecs
                                    .runTask(runTask("t"))
                                    .tasks()
                                    .getFirst()
                                    .taskArn(),
                            threads))
                    .toList();
            assertThat(answers.stream().map(CompletableFuture::join))
                    .hasSize(20)
                    .containsOnly(oracle.starts().getFirst().id());
        }
        assertThat(oracle.starts()).hasSize(1);
    }

    @Test
    void tasksAreListedStoppedAndMissed() {
        registerDefinition();
        var first = aws.ecs.runTask(runTask("1")).tasks().getFirst().taskArn();
        var second = aws.ecs.runTask(runTask("2")).tasks().getFirst().taskArn();
        var page = aws.ecs.listTasks(
                r -> r.cluster("c").startedBy("attempt-1").family("load").maxResults(1));
        assertThat(page.taskArns()).containsExactly(first);
        assertThat(aws.ecs
                        .listTasks(r -> r.cluster("c").maxResults(1).nextToken(page.nextToken()))
                        .taskArns())
                .containsExactly(second);
        aws.ecs.stopTask(r -> r.cluster("c").task(second).reason("enough"));
        assertThat(describe(second).stopCode()).isEqualTo(TaskStopCode.USER_INITIATED);
        assertThat(describe(second).stoppedReason()).isEqualTo("enough");
        assertThat(aws.ecs
                        .listTasks(r -> r.cluster("c").desiredStatus(DesiredStatus.STOPPED))
                        .taskArns())
                .containsExactly(second);
        assertThat(aws.ecs
                        .describeTasks(r -> r.cluster("c").tasks("nobody"))
                        .failures()
                        .getFirst()
                        .reason())
                .isEqualTo("MISSING");
        oracle.lose(first, "SpotInterruption", "gone");
        assertThat(describe(first).containers().getFirst().exitCode()).isNull();
        assertThat(describe(first).stopCode()).isEqualTo(TaskStopCode.SPOT_INTERRUPTION);
    }

    @Test
    void aTaskMayGetWhatNobodyAskedFor() {
        registerDefinition();
        oracle.overrides().nextTask(new Placement("subnet-b", true, List.of("sg-evil")));
        var task = aws.ecs.runTask(runTask("t")).tasks().getFirst();
        assertThat(detail(task, "subnetId")).isEqualTo("subnet-b");
        var attached = aws.ec2
                .describeNetworkInterfaces(r -> r.networkInterfaceIds(detail(task, "networkInterfaceId")))
                .networkInterfaces()
                .getFirst();
        assertThat(attached.association().publicIp()).isNotBlank();
        assertThat(attached.groups().getFirst().groupId()).isEqualTo("sg-evil");
    }

    @Test
    void aLostAnswerIsAStartAndARefusedCallIsNone() {
        registerDefinition();
        oracle.resetCalls();
        oracle.faults().next(Operation.RUN_TASK, Fault.LOSE_RESPONSE, Fault.NONE, Fault.REFUSE_BEFORE);
        assertThatThrownBy(() -> aws.ecs.runTask(runTask("t"))).isInstanceOf(SdkClientException.class);
        var arn = oracle.starts().getFirst().id();
        assertThat(aws.ecs.runTask(runTask("t")).tasks().getFirst().taskArn()).isEqualTo(arn);
        assertThatThrownBy(() -> aws.ecs.runTask(runTask("u"))).isInstanceOf(SdkClientException.class);
        assertThat(oracle.starts()).hasSize(1);
        assertThat(oracle.calls()).isEqualTo(Map.of("RunTask", 3));
    }

    @Test
    void errorsOfTheServerComeBeforeOrAfterTheWork() {
        registerDefinition();
        oracle.faults().next(Operation.RUN_TASK, Fault.HTTP_500, Fault.HTTP_500_AFTER, Fault.MALFORMED);
        assertThat(codeOf(() -> aws.ecs.runTask(runTask("1")))).isEqualTo("ServerException");
        assertThat(oracle.starts()).isEmpty();
        assertThat(codeOf(() -> aws.ecs.runTask(runTask("2")))).isEqualTo("ServerException");
        assertThat(oracle.starts()).hasSize(1);
        assertThatThrownBy(() -> aws.ecs.runTask(runTask("3"))).isInstanceOf(SdkClientException.class);
        assertThat(oracle.starts()).hasSize(2);
    }

    @Test
    void aTaskMayFailInsideOfAnAnswer() {
        registerDefinition();
        oracle.faults().next(Operation.RUN_TASK, Fault.EMPTY_FAILURES);
        var answer = aws.ecs.runTask(runTask("t"));
        assertThat(answer.tasks()).isEmpty();
        assertThat(answer.failures().getFirst().reason()).isEqualTo("RESOURCE:ENI");
        assertThat(oracle.starts()).isEmpty();
    }

    @Test
    void aDescriptionMayLagOrForget() {
        registerDefinition();
        var arn = aws.ecs.runTask(runTask("t")).tasks().getFirst().taskArn();
        oracle.faults().lag(2).always(Operation.DESCRIBE_TASKS, Fault.LAGGING);
        assertThat(aws.ecs.describeTasks(r -> r.cluster("c").tasks(arn)).tasks())
                .isEmpty();
        assertThat(aws.ecs.describeTasks(r -> r.cluster("c").tasks(arn)).failures())
                .hasSize(1);
        assertThat(describe(arn).lastStatus()).isEqualTo("RUNNING");
        oracle.faults().next(Operation.DESCRIBE_TASKS, Fault.FORGET);
        assertThat(aws.ecs.describeTasks(r -> r.cluster("c").tasks(arn)).tasks())
                .isEmpty();
        oracle.faults().clear();
        assertThat(describe(arn).taskArn()).isEqualTo(arn);
    }

    @Test
    void aHangingCallHasDoneItsWork() {
        registerDefinition();
        oracle.faults().next(Operation.RUN_TASK, Fault.HANG);
        var impatient = new AwsClients(oracle.endpoint(), Duration.ofMillis(200));
        assertThatThrownBy(() -> impatient.ecs.runTask(runTask("t"))).isInstanceOf(SdkClientException.class);
        assertThat(oracle.starts()).hasSize(1);
    }

    @Test
    void eachServiceRefusesInItsOwnWords() {
        Map<Operation, Runnable> calls = Map.of(
                Operation.LIST_TASKS, () -> aws.ecs.listTasks(r -> r.cluster("c")),
                Operation.GET_JOB, () -> aws.glue.getJob(r -> r.jobName("j")),
                Operation.INVOKE, () -> aws.lambda.invoke(r -> r.functionName("f")),
                Operation.DESCRIBE_INSTANCES, () -> aws.ec2.describeInstances(),
                Operation.GET_CALLER_IDENTITY, () -> aws.sts.getCallerIdentity(),
                Operation.GET_OBJECT,
                        () -> aws.s3.getObjectAsBytes(r -> r.bucket("bkt").key("k")));
        var words = Map.of(
                Operation.LIST_TASKS,
                        List.of(
                                "ThrottlingException",
                                "AccessDeniedException",
                                "LimitExceededException",
                                "ServerException"),
                Operation.GET_JOB,
                        List.of(
                                "ThrottlingException",
                                "AccessDeniedException",
                                "ResourceNumberLimitExceededException",
                                "InternalServiceException"),
                Operation.INVOKE,
                        List.of(
                                "TooManyRequestsException",
                                "AccessDeniedException",
                                "TooManyRequestsException",
                                "ServiceException"),
                Operation.DESCRIBE_INSTANCES,
                        List.of("RequestLimitExceeded", "UnauthorizedOperation", "VcpuLimitExceeded", "InternalError"),
                Operation.GET_CALLER_IDENTITY,
                        List.of("Throttling", "AccessDenied", "LimitExceeded", "InternalFailure"),
                Operation.GET_OBJECT, List.of("SlowDown", "AccessDenied", "SlowDown", "InternalError"));
        calls.forEach((operation, call) -> {
            oracle.faults().next(operation, Fault.THROTTLE, Fault.ACCESS_DENIED, Fault.QUOTA, Fault.HTTP_500);
            for (var word : words.get(operation)) {
                assertThat(codeOf(call::run)).as(operation.api()).isEqualTo(word);
            }
            assertThat(oracle.calls()).containsEntry(operation.api(), 4);
        });
    }

    private void createJob() {
        aws.glue.createJob(r -> r.name("j")
                .role("role")
                .command(c -> c.name("pythonshell").scriptLocation("s3://b/script.py"))
                .defaultArguments(Map.of("--a", "1", "--b", "1"))
                .executionProperty(p -> p.maxConcurrentRuns(1)));
    }

    private String startJobRun() {
        return aws.glue
                .startJobRun(r -> r.jobName("j").arguments(Map.of("--b", "2")))
                .jobRunId();
    }

    private JobRun jobRun(String id) {
        return aws.glue.getJobRun(r -> r.jobName("j").runId(id)).jobRun();
    }

    @Test
    void jobsAndConnectionsAreKept() {
        assertThatThrownBy(() -> aws.glue.getJob(r -> r.jobName("j"))).isInstanceOf(EntityNotFoundException.class);
        createJob();
        aws.glue.updateJob(r -> r.jobName("j")
                .jobUpdate(
                        u -> u.role("other").command(c -> c.name("pythonshell").scriptLocation("s3://b/2.py"))));
        var job = aws.glue.getJob(r -> r.jobName("j")).job();
        assertThat(job.role()).isEqualTo("other");
        assertThat(job.executionProperty().maxConcurrentRuns()).isEqualTo(1);
        aws.glue.createConnection(r -> r.connectionInput(c -> c.name("n")
                .connectionType(ConnectionType.NETWORK)
                .connectionProperties(Map.of())
                .physicalConnectionRequirements(p -> p.subnetId("subnet-a").securityGroupIdList("sg-1"))));
        assertThat(aws.glue
                        .getConnection(r -> r.name("n"))
                        .connection()
                        .physicalConnectionRequirements()
                        .subnetId())
                .isEqualTo("subnet-a");
    }

    @Test
    void jobRunsAreLimitedListedAndStopped() {
        createJob();
        var first = startJobRun();
        assertThatThrownBy(this::startJobRun).isInstanceOf(ConcurrentRunsExceededException.class);
        assertThat(jobRun(first).jobRunState()).isEqualTo(JobRunState.RUNNING);
        oracle.finish(first, 1);
        assertThat(jobRun(first).jobRunState()).isEqualTo(JobRunState.FAILED);
        var second = startJobRun();
        var newest = aws.glue.getJobRuns(r -> r.jobName("j").maxResults(1));
        assertThat(newest.jobRuns().getFirst().id()).isEqualTo(second);
        assertThat(aws.glue
                        .getJobRuns(r -> r.jobName("j").nextToken(newest.nextToken()))
                        .jobRuns()
                        .getFirst()
                        .id())
                .isEqualTo(first);
        var stopped = aws.glue.batchStopJobRun(r -> r.jobName("j").jobRunIds(second, first, "jr_none"));
        assertThat(stopped.successfulSubmissions()).hasSize(1);
        assertThat(stopped.errors()).hasSize(2);
        assertThat(jobRun(second).jobRunState()).isEqualTo(JobRunState.STOPPED);
        assertThat(oracle.starts().getLast().arguments()).isEqualTo(Map.of("--a", "1", "--b", "2"));
        assertThat(oracle.starts().getLast().scriptLocation()).isEqualTo("s3://b/script.py");
    }

    @Test
    void aJobWithRetriesIsRunAgain() {
        aws.glue.createJob(r -> r.name("j")
                .role("role")
                .maxRetries(1)
                .command(c -> c.name("pythonshell").scriptLocation("s3://b/script.py")));
        var first = startJobRun();
        oracle.lose(first, "TIMEOUT", "too slow");
        assertThat(jobRun(first).jobRunState()).isEqualTo(JobRunState.TIMEOUT);
        var second = oracle.starts().getLast();
        assertThat(jobRun(second.id()).previousRunId()).isEqualTo(first);
        assertThat(jobRun(second.id()).attempt()).isEqualTo(1);
        oracle.finish(second.id(), 1);
        assertThat(oracle.starts()).hasSize(2);
    }

    private void createFunction() {
        aws.lambda.createFunction(r -> r.functionName("f")
                .runtime(Runtime.PYTHON3_13)
                .role("arn:aws:iam::123456789012:role/r")
                .handler("main.handler")
                .packageType(PackageType.ZIP)
                .environment(e -> e.variables(Map.of("A", "1")))
                .code(c -> c.zipFile(SdkBytes.fromByteArray(ZIP)))
                .publish(true));
    }

    private static InvokeRequest invoke(InvocationType type) {
        return InvokeRequest.builder()
                .functionName("f")
                .qualifier("1")
                .invocationType(type)
                .logType(LogType.TAIL)
                .payload(SdkBytes.fromUtf8String("{\"x\":1}"))
                .build();
    }

    @Test
    void functionsHaveVersionsThatStay() {
        createFunction();
        assertThatThrownBy(this::createFunction).isInstanceOf(ResourceConflictException.class);
        assertThat(aws.lambda
                        .getFunction(r -> r.functionName("f"))
                        .configuration()
                        .stateAsString())
                .isEqualTo("Active");
        assertThat(aws.lambda.publishVersion(r -> r.functionName("f")).version())
                .isEqualTo("1");
        aws.lambda.updateFunctionConfiguration(
                r -> r.functionName("f").environment(e -> e.variables(Map.of("A", "2"))));
        assertThat(aws.lambda.publishVersion(r -> r.functionName("f")).version())
                .isEqualTo("2");
        assertThat(aws.lambda
                        .getFunctionConfiguration(r -> r.functionName("f").qualifier("1"))
                        .environment()
                        .variables())
                .containsEntry("A", "1");
        assertThat(aws.lambda.listVersionsByFunction(r -> r.functionName("f")).versions())
                .extracting(version -> version.version())
                .containsExactly("$LATEST", "1", "2");
        assertThat(aws.lambda
                        .putFunctionConcurrency(r -> r.functionName("f").reservedConcurrentExecutions(0))
                        .reservedConcurrentExecutions())
                .isZero();
        assertThatThrownBy(() -> aws.lambda.invoke(invoke(InvocationType.REQUEST_RESPONSE)))
                .isInstanceOf(TooManyRequestsException.class);
        assertThatThrownBy(() -> aws.lambda.getFunction(r -> r.functionName("g")))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void aSynchronousInvocationWaitsForItsEnd() throws Exception {
        createFunction();
        var answer = CompletableFuture.supplyAsync(() -> aws.lambda.invoke(invoke(InvocationType.REQUEST_RESPONSE)));
        await(() -> !oracle.starts().isEmpty());
        var started = oracle.starts().getFirst();
        assertThat(started.payload()).isEqualTo("{\"x\":1}");
        assertThat(started.code()).isEqualTo(ZIP);
        assertThat(started.environment()).isEqualTo(Map.of("A", "1"));
        oracle.finish(started.id(), 7);
        var response = answer.get(20, TimeUnit.SECONDS);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.functionError()).isEqualTo("Unhandled");
        assertThat(response.executedVersion()).isEqualTo("1");
        assertThat(response.payload().asUtf8String()).contains("exit code 7");
        assertThat(new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8))
                .contains(started.id());
        assertThat(aws.lambda.invoke(invoke(InvocationType.DRY_RUN)).statusCode())
                .isEqualTo(204);
        assertThat(oracle.starts()).hasSize(1);
    }

    @Test
    void aSynchronousInvocationWhoseAnswerIsLostGoesOn() {
        createFunction();
        oracle.faults().next(Operation.INVOKE, Fault.LOSE_RESPONSE);
        assertThatThrownBy(() -> aws.lambda.invoke(invoke(InvocationType.REQUEST_RESPONSE)))
                .isInstanceOf(SdkClientException.class);
        oracle.finish(oracle.starts().getFirst().id(), 0);
    }

    @Test
    void anEventIsTriedAgainUnlessItIsForbidden() {
        createFunction();
        assertThat(aws.lambda.invoke(invoke(InvocationType.EVENT)).statusCode()).isEqualTo(202);
        var id = oracle.starts().getFirst().id();
        oracle.finish(id, 1);
        oracle.finish(id, 1);
        oracle.finish(id, 1);
        assertThat(oracle.starts()).extracting(Started::delivery).containsExactly(1, 2, 3);
        aws.lambda.putFunctionEventInvokeConfig(
                r -> r.functionName("f").qualifier("1").maximumRetryAttempts(0));
        aws.lambda.invoke(invoke(InvocationType.EVENT));
        oracle.finish(oracle.starts().getLast().id(), 1);
        assertThat(oracle.starts()).hasSize(4);
    }

    @Test
    void anEventMayBeDeliveredTwice() {
        createFunction();
        oracle.faults().next(Operation.INVOKE, Fault.DOUBLE_DELIVERY);
        aws.lambda.invoke(invoke(InvocationType.EVENT));
        assertThat(oracle.starts()).extracting(Started::delivery).containsExactly(1, 2);
        assertThat(oracle.starts())
                .extracting(Started::id)
                .containsOnly(oracle.starts().getFirst().id());
    }

    private static RunInstancesRequest runInstances(String token, Consumer<RunInstancesRequest.Builder> more) {
        return RunInstancesRequest.builder()
                .imageId("ami-1")
                .minCount(1)
                .maxCount(1)
                .clientToken(token)
                .userData(Base64.getEncoder().encodeToString("#!/bin/sh\ntrue".getBytes(StandardCharsets.UTF_8)))
                .networkInterfaces(n ->
                        n.deviceIndex(0).subnetId("subnet-a").groups("sg-1").associatePublicIpAddress(false))
                .tagSpecifications(t -> t.resourceType(ResourceType.INSTANCE)
                        .tags(tag -> tag.key("run").value("r1")))
                .applyMutation(more)
                .build();
    }

    private InstanceStateName state(String id) {
        return aws.ec2
                .describeInstances(r -> r.instanceIds(id))
                .reservations()
                .getFirst()
                .instances()
                .getFirst()
                .state()
                .name();
    }

    private static Filter filter(String name, String value) {
        return Filter.builder().name(name).values(value).build();
    }

    @Test
    void anInstanceIsRunFoundAndTerminated() {
        var instance =
                aws.ec2.runInstances(runInstances("t", r -> {})).instances().getFirst();
        assertThat(instance.state().name()).isEqualTo(InstanceStateName.PENDING);
        assertThat(instance.subnetId()).isEqualTo("subnet-a");
        assertThat(instance.publicIpAddress()).isNull();
        assertThat(instance.securityGroups().getFirst().groupId()).isEqualTo("sg-1");
        for (var filter : List.of(
                filter("client-token", "t"), filter("tag:run", "r*"), filter("instance-state-name", "running"))) {
            assertThat(aws.ec2.describeInstances(r -> r.filters(filter)).reservations())
                    .as(filter.name())
                    .hasSize(1);
        }
        assertThat(aws.ec2
                        .describeInstances(r -> r.filters(filter("tag:run", "x")))
                        .reservations())
                .isEmpty();
        assertThat(oracle.starts().getFirst().userData()).isEqualTo("#!/bin/sh\ntrue");
        var change = aws.ec2
                .terminateInstances(r -> r.instanceIds(instance.instanceId()))
                .terminatingInstances()
                .getFirst();
        assertThat(change.previousState().name()).isEqualTo(InstanceStateName.RUNNING);
        assertThat(state(instance.instanceId())).isEqualTo(InstanceStateName.TERMINATED);
        assertThat(codeOf(() -> state("i-0"))).isEqualTo("InvalidInstanceID.NotFound");
    }

    @Test
    void anInstanceTokenIsGoodForOneRequestUntilItsEnd() {
        var first = aws.ec2.runInstances(runInstances("t", r -> {})).instances().getFirst();
        assertThat(aws.ec2
                        .runInstances(runInstances("t", r -> {}))
                        .instances()
                        .getFirst()
                        .instanceId())
                .isEqualTo(first.instanceId());
        assertThat(codeOf(() -> aws.ec2.runInstances(runInstances("t", r -> r.imageId("ami-2")))))
                .isEqualTo("IdempotentParameterMismatch");
        oracle.finish(first.instanceId(), 0);
        assertThat(state(first.instanceId())).isEqualTo(InstanceStateName.STOPPED);
        aws.ec2.terminateInstances(r -> r.instanceIds(first.instanceId()));
        assertThat(codeOf(() -> aws.ec2.runInstances(runInstances("t", r -> {}))))
                .isEqualTo("IdempotentInstanceTerminated");
        assertThat(oracle.starts()).hasSize(1);
    }

    @Test
    void instancesComeInPagesAndMayGetAnotherGroup() {
        oracle.overrides().nextInstance(Placement.AS_ASKED, Placement.withSecurityGroups("sg-evil"));
        aws.ec2.runInstances(runInstances("1", r -> {}));
        aws.ec2.runInstances(runInstances("2", r -> {}));
        var first = aws.ec2.describeInstances(r -> r.maxResults(1));
        var second = aws.ec2.describeInstances(r -> r.maxResults(1).nextToken(first.nextToken()));
        assertThat(second.nextToken()).isNull();
        assertThat(second.reservations()
                        .getFirst()
                        .instances()
                        .getFirst()
                        .securityGroups()
                        .getFirst()
                        .groupId())
                .isEqualTo("sg-evil");
        oracle.faults().next(Operation.DESCRIBE_INSTANCES, Fault.MALFORMED, Fault.FORGET);
        assertThatThrownBy(() -> aws.ec2.describeInstances()).isInstanceOf(SdkClientException.class);
        assertThat(aws.ec2.describeInstances().reservations()).isEmpty();
    }

    @Test
    void aFreshInstanceMayNotBeSeenYet() {
        oracle.faults().lag(1).always(Operation.DESCRIBE_INSTANCES, Fault.LAGGING);
        var id = aws.ec2
                .runInstances(runInstances("t", r -> {}))
                .instances()
                .getFirst()
                .instanceId();
        assertThat(codeOf(() -> state(id))).isEqualTo("InvalidInstanceID.NotFound");
        assertThat(state(id)).isEqualTo(InstanceStateName.RUNNING);
    }

    @Test
    void theNetworkIsDescribedAsItWasPut() {
        oracle.network()
                .securityGroup("sg-1", "vpc-1", List.of("10.0.0.0/8", "pl-1"), List.of("::/0"))
                .routeTable("rtb-main", "vpc-1", true, List.of(), new Route("10.1.0.0/16", "local"))
                .routeTable(
                        "rtb-a",
                        "vpc-1",
                        false,
                        List.of("subnet-a"),
                        new Route("0.0.0.0/0", "nat-1", "blackhole"),
                        new Route("::/0", "eigw-1"),
                        new Route("pl-1", "vpce-1"))
                .vpcEndpoint("vpce-1", "vpc-1", "com.amazonaws.eu-central-1.s3", "available", "{\"a\":\"<&>\"}")
                .peering("pcx-1", "active", "vpc-1", "vpc-2")
                .vpnConnection("vpn-1", "vgw-1", "available", 1);
        assertThat(aws.ec2
                        .describeSubnets(r -> r.filters(filter("vpc-id", "vpc-1")))
                        .subnets())
                .extracting(subnet -> subnet.subnetId() + subnet.mapPublicIpOnLaunch())
                .containsExactly("subnet-afalse", "subnet-btrue");
        var egress = aws.ec2
                .describeSecurityGroups(r -> r.groupIds("sg-1"))
                .securityGroups()
                .getFirst()
                .ipPermissionsEgress();
        assertThat(egress.get(0).ipRanges().getFirst().cidrIp()).isEqualTo("10.0.0.0/8");
        assertThat(egress.get(1).prefixListIds().getFirst().prefixListId()).isEqualTo("pl-1");
        assertThat(egress.get(2).ipv6Ranges().getFirst().cidrIpv6()).isEqualTo("::/0");
        var table = aws.ec2
                .describeRouteTables(r -> r.filters(filter("association.subnet-id", "subnet-a")))
                .routeTables()
                .getFirst();
        assertThat(table.routes().get(0).natGatewayId()).isEqualTo("nat-1");
        assertThat(table.routes().get(0).stateAsString()).isEqualTo("blackhole");
        assertThat(table.routes().get(1).egressOnlyInternetGatewayId()).isEqualTo("eigw-1");
        assertThat(table.routes().get(2).destinationPrefixListId()).isEqualTo("pl-1");
        assertThat(aws.ec2
                        .describeRouteTables(
                                r -> r.filters(filter("association.main", "true"), filter("vpc-id", "vpc-1")))
                        .routeTables()
                        .getFirst()
                        .associations()
                        .getFirst()
                        .main())
                .isTrue();
        var endpoint = aws.ec2
                .describeVpcEndpoints(r -> r.vpcEndpointIds("vpce-1"))
                .vpcEndpoints()
                .getFirst();
        assertThat(endpoint.vpcEndpointType()).isEqualTo(VpcEndpointType.INTERFACE);
        assertThat(endpoint.policyDocument()).isEqualTo("{\"a\":\"<&>\"}");
        assertThat(aws.ec2
                        .describeVpcPeeringConnections()
                        .vpcPeeringConnections()
                        .getFirst()
                        .accepterVpcInfo()
                        .vpcId())
                .isEqualTo("vpc-2");
        assertThat(aws.ec2
                        .describeVpnConnections(r -> r.vpnConnectionIds("vpn-1"))
                        .vpnConnections()
                        .getFirst()
                        .vgwTelemetry())
                .extracting(telemetry -> telemetry.status())
                .containsExactly(TelemetryStatus.UP, TelemetryStatus.DOWN);
        oracle.network().remove("subnet-a");
        assertThat(codeOf(() -> aws.ec2.describeSubnets(r -> r.subnetIds("subnet-a"))))
                .isEqualTo("InvalidSubnetID.NotFound");
    }

    @Test
    void aRoleIsAssumed() {
        assertThat(aws.sts.getCallerIdentity().account()).isEqualTo("123456789012");
        var assumed = aws.sts.assumeRole(
                r -> r.roleArn("arn:aws:iam::123456789012:role/r").roleSessionName("s"));
        assertThat(assumed.assumedRoleUser().arn()).endsWith(":assumed-role/r/s");
        assertThat(assumed.credentials().expiration()).isNotNull();
    }

    @Test
    void objectsAreKeptCopiedListedAndDeleted() {
        aws.s3.createBucket(r -> r.bucket("bkt"));
        aws.s3.headBucket(r -> r.bucket("bkt"));
        var tag = aws.s3
                .putObject(
                        r -> r.bucket("bkt").key("in/a b+ü").metadata(Map.of("m", "1")),
                        RequestBody.fromString("hello"))
                .eTag();
        var read = aws.s3.getObjectAsBytes(r -> r.bucket("bkt").key("in/a b+ü"));
        assertThat(read.asUtf8String()).isEqualTo("hello");
        assertThat(read.response().eTag()).isEqualTo(tag);
        assertThat(read.response().metadata()).containsEntry("m", "1");
        assertThat(aws.s3.headObject(r -> r.bucket("bkt").key("in/a b+ü")).contentLength())
                .isEqualTo(5);
        aws.s3.copyObject(r -> r.sourceBucket("bkt")
                .sourceKey("in/a b+ü")
                .destinationBucket("bkt")
                .destinationKey("in/c"));
        var first = aws.s3.listObjectsV2(r -> r.bucket("bkt").prefix("in/").maxKeys(1));
        assertThat(first.isTruncated()).isTrue();
        assertThat(first.contents().getFirst().key()).isEqualTo("in/a b+ü");
        assertThat(aws.s3
                        .listObjectsV2(
                                r -> r.bucket("bkt").prefix("in/").continuationToken(first.nextContinuationToken()))
                        .contents())
                .extracting(object -> object.key())
                .containsExactly("in/c");
        assertThat(aws.s3.listObjectsV2(r -> r.bucket("bkt").delimiter("/")).commonPrefixes())
                .hasSize(1);
        aws.s3.deleteObject(r -> r.bucket("bkt").key("in/c"));
        assertThatThrownBy(() -> aws.s3.getObjectAsBytes(r -> r.bucket("bkt").key("in/c")))
                .isInstanceOf(NoSuchKeyException.class);
        var conditional = catchThrowableOfType(
                S3Exception.class,
                () -> aws.s3.putObject(
                        r -> r.bucket("bkt").key("in/a b+ü").ifNoneMatch("*"), RequestBody.fromString("again")));
        assertThat(conditional.statusCode()).isEqualTo(412);
    }

    @Test
    void aPartOfAnObjectIsRead() {
        aws.s3.createBucket(r -> r.bucket("bkt"));
        aws.s3.putObject(r -> r.bucket("bkt").key("k"), RequestBody.fromString("hello"));
        var part = aws.s3.getObjectAsBytes(r -> r.bucket("bkt").key("k").range("bytes=1-3"));
        assertThat(part.asUtf8String()).isEqualTo("ell");
        assertThat(part.response().contentRange()).isEqualTo("bytes 1-3/5");
        aws.s3.putObject(r -> r.bucket("bkt").key("empty"), RequestBody.empty());
        assertThat(aws.s3.getObjectAsBytes(r -> r.bucket("bkt").key("empty")).asByteArray())
                .isEmpty();
    }

    @Test
    void aRefusedUploadLeavesNothing() {
        aws.s3.createBucket(r -> r.bucket("bkt"));
        oracle.faults().next(Operation.PUT_OBJECT, Fault.HTTP_500, Fault.HTTP_500_AFTER);
        for (var expected : List.of(0, 1)) {
            assertThat(codeOf(() -> aws.s3.putObject(r -> r.bucket("bkt").key("k"), RequestBody.fromString("hello"))))
                    .isEqualTo("InternalError");
            assertThat(aws.s3.listObjectsV2(r -> r.bucket("bkt")).keyCount()).isEqualTo(expected);
        }
    }

    @Test
    void anUploadInChunksIsDecoded() throws Exception {
        aws.s3.createBucket(r -> r.bucket("bkt"));
        var chunked = "5;chunk-signature=aa\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n";
        var request = HttpRequest.newBuilder(oracle.endpoint().resolve("/bkt/k"))
                .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
                .header("Content-Encoding", "aws-chunked")
                .PUT(HttpRequest.BodyPublishers.ofString(chunked))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            assertThat(http.send(request, HttpResponse.BodyHandlers.discarding())
                            .headers()
                            .firstValue("ETag"))
                    .hasValue("\"5eb63bbbe01eeed093cb22bb8f5acdc3\"");
        }
        var read = aws.s3.getObjectAsBytes(r -> r.bucket("bkt").key("k"));
        assertThat(read.asUtf8String()).isEqualTo("hello world");
        assertThat(read.response().checksumCRC32()).isEqualTo("DUoRhQ==");
    }

    @Test
    void aPresignedUrlNeedsNoClient() throws Exception {
        aws.s3.createBucket(r -> r.bucket("bkt"));
        aws.s3.putObject(r -> r.bucket("bkt").key("k"), RequestBody.fromString("hello"));
        var url = aws.presigner
                .presignGetObject(r -> r.signatureDuration(Duration.ofMinutes(5))
                        .getObjectRequest(g -> g.bucket("bkt").key("k")))
                .url();
        try (var http = HttpClient.newHttpClient()) {
            var response = http.send(HttpRequest.newBuilder(url.toURI()).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.body()).isEqualTo("hello");
        }
    }

    @Test
    void anExecutedWorkloadEndsWithItsCode() {
        restart(Workloads.executing(
                started -> Integer.parseInt(started.environment().get("B"))));
        registerDefinition();
        var arn = aws.ecs.runTask(runTask("t")).tasks().getFirst().taskArn();
        await(() -> describe(arn).lastStatus().equals("STOPPED"));
        assertThat(describe(arn).containers().getFirst().exitCode()).isEqualTo(2);
    }

    @Test
    void aStopInterruptsTheWorkload() throws Exception {
        var interrupted = new CountDownLatch(1);
        BlockingQueue<Started> running = new LinkedBlockingQueue<>();
        restart(Workloads.executing(started -> {
            running.add(started);
            try {
                new CountDownLatch(1).await();
                return 0;
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        }));
        createJob();
        var id = startJobRun();
        assertThat(running.poll(20, TimeUnit.SECONDS).id()).isEqualTo(id);
        aws.glue.batchStopJobRun(r -> r.jobName("j").jobRunIds(id));
        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(jobRun(id).jobRunState()).isEqualTo(JobRunState.STOPPED);
    }

    @Test
    void startsAndObjectsOutliveTheOracle() {
        registerDefinition();
        createFunction();
        aws.ecs.runTask(runTask("t"));
        aws.lambda.invoke(invoke(InvocationType.EVENT));
        aws.ec2.runInstances(runInstances("t", r -> {}));
        aws.s3.createBucket(r -> r.bucket("bkt"));
        aws.s3.putObject(r -> r.bucket("bkt").key("k"), RequestBody.fromString("hello"));
        var before = oracle.starts();
        restart(Workloads.manual());
        assertThat(oracle.starts()).hasSize(3).isEqualTo(before);
        assertThat(oracle.starts().get(1).code()).isEqualTo(ZIP);
        assertThat(aws.s3.getObjectAsBytes(r -> r.bucket("bkt").key("k")).asUtf8String())
                .isEqualTo("hello");
    }
}
