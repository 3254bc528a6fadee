package io.barecount.gateway.aws;

import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.boundary.BoundaryReader;
import io.barecount.gateway.boundary.Placement;
import io.barecount.gateway.runner.CannotStart;
import io.barecount.gateway.runner.Observation;
import io.barecount.gateway.runner.Rate;
import io.barecount.gateway.runner.StartOutcome;
import io.barecount.gateway.runner.StartRequest;
import io.barecount.gateway.runner.Work;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ecs.model.AssignPublicIp;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PropagateTags;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskField;

/** Fargate: one task per attempt, of a revision that is pinned, without a public address. ECS recognises the token for 24 hours. */
@Singleton
class FargateRunner extends AwsRunner {
    private static final String CONTAINER = "workload";
    private static final String STOPPED = "STOPPED";
    private static final String SPOT = "FARGATE_SPOT";

    /** DescribeTasks takes no more. */
    private static final int DESCRIBED_MAX = 100;

    private final Loader loader;
    private final Pins revisions = new Pins();

    FargateRunner(GatewayConfig config, Clients clients, Sessions sessions, BoundaryReader networks, Loader loader) {
        super(config, clients, sessions, networks);
        this.loader = loader;
    }

    @Override
    public RunnerType type() {
        return RunnerType.FARGATE;
    }

    private record Definition(
            String image, int cpu, int memoryMiB, String executionRole, String taskRole, List<String> command) {}

    @Override
    Map<String, String> resolve(Work work) throws CannotStart, Busy {
        var definition = definition(work);
        var family = nameOf(work, definition);
        var key = work.boundary().region() + "/" + family;
        var pinned = revisions.get(key).orElse(null);
        if (pinned == null) {
            pinned = revision(work, family, definition);
            revisions.put(key, pinned);
        }
        return settings(work, definition, pinned);
    }

    @Override
    Optional<Map<String, String>> known(Work work) throws CannotStart {
        var definition = definition(work);
        return revisions
                .get(work.boundary().region() + "/" + nameOf(work, definition))
                .map(pinned -> settings(work, definition, pinned));
    }

    private Definition definition(Work work) throws CannotStart {
        var fargate = work.spec().manifest().spec().runner().fargate();
        return new Definition(
                image(),
                fargate.cpu(),
                fargate.memoryMiB(),
                config().fargate().executionRole().orElse(null),
                config().fargate().taskRole().orElse(null),
                loader.command());
    }

    private Map<String, String> settings(Work work, Definition definition, String pinned) {
        var spot = work.spec().manifest().spec().runner().fargate().maySpot();
        var settings = new HashMap<String, String>();
        settings.put("cluster", config().fargate().cluster());
        settings.put("taskDefinition", pinned);
        settings.put("capacity", spot ? SPOT : "FARGATE");
        settings.put("image", definition.image());
        settings.put("cpu", Integer.toString(definition.cpu()));
        settings.put("memory", definition.memoryMiB() + "MiB");
        settings.put("taskRole", definition.taskRole() == null ? "none" : definition.taskRole());
        return settings;
    }

    @Override
    boolean recognisesTokens() {
        return true;
    }

    @Override
    public Rate startRate() {
        return config().fargate().rate();
    }

    private String image() throws CannotStart {
        var image = required(config().fargate().image(), "fargate.image");
        if (!image.contains("@sha256:")) {
            throw new CannotStart(
                    FailureClass.NOT_STARTED,
                    "barecount.gateway.aws.fargate.image is " + image
                            + ": an image is pinned by its digest (name@sha256:…)");
        }
        return image;
    }

    private String revision(Work work, String family, Definition definition) throws CannotStart, Busy {
        var ecs = clients.ecs(work.boundary().region());
        try {
            TaskDefinition found;
            try {
                found = Clients.get(ecs.describeTaskDefinition(
                                request -> request.taskDefinition(family).overrideConfiguration(o -> as(work, o))))
                        .taskDefinition();
            } catch (SdkException e) {
                if (!Failures.isCode(e, "ClientException")) {
                    throw e;
                }
                found = Clients.get(ecs.registerTaskDefinition(request -> request.family(family)
                                .requiresCompatibilities(Compatibility.FARGATE)
                                .networkMode(NetworkMode.AWSVPC)
                                .cpu(Integer.toString(definition.cpu()))
                                .memory(Integer.toString(definition.memoryMiB()))
                                .executionRoleArn(definition.executionRole())
                                .taskRoleArn(definition.taskRole())
                                .containerDefinitions(container(definition))
                                .overrideConfiguration(o -> as(work, o))))
                        .taskDefinition();
            }
            return checked(found, definition);
        } catch (SdkException e) {
            throw Failures.inPreparing("its task definition " + family + " can't be had", e);
        }
    }

    private static ContainerDefinition container(Definition definition) {
        return ContainerDefinition.builder()
                .name(CONTAINER)
                .image(definition.image())
                .essential(true)
                .command(definition.command())
                .readonlyRootFilesystem(false)
                .build();
    }

    /** What ECS has is what was asked for, whoever registered it. */
    private static String checked(TaskDefinition found, Definition definition) throws CannotStart, Busy {
        if (found == null || found.taskDefinitionArn() == null) {
            throw new Busy("ECS gave no task definition", null);
        }
        var container = found.containerDefinitions().stream()
                .filter(one -> CONTAINER.equals(one.name()))
                .findFirst();
        if (found.networkMode() != NetworkMode.AWSVPC) {
            throw CannotStart.violation("task definition " + found.taskDefinitionArn() + " has network mode "
                    + found.networkModeAsString() + ", not awsvpc");
        }
        if (found.containerDefinitions().size() != 1
                || container.isEmpty()
                || !definition.image().equals(container.get().image())
                || !definition.command().equals(container.get().command())) {
            throw CannotStart.violation("task definition " + found.taskDefinitionArn()
                    + " is not what the gateway registers under its name: it was changed by somebody else");
        }
        return found.taskDefinitionArn();
    }

    @Override
    CompletionStage<StartOutcome> call(StartRequest request, Work work) {
        return clients.ecsOnce(request.region()).runTask(runTask(request, work)).handle((answer, failure) -> {
            var outcome = failure == null ? outcome(answer) : outcome(failure);
            if (outcome instanceof StartOutcome.Refused) {
                revisions.forget(request.setting("taskDefinition"));
            }
            return outcome;
        });
    }

    /** ECS answers a repeat with the task that it started, for as long as it recognises the token. */
    @Override
    public StartOutcome recover(StartRequest request, Work work, Instant intendedAt) {
        if (TokenWindow.isOver(intendedAt)) {
            return new StartOutcome.Unknown("ECS no longer recognises the token, so it can't be asked again");
        }
        return again(request, work);
    }

    private RunTaskRequest runTask(StartRequest request, Work work) {
        var environment = told(request, work).entrySet().stream()
                .map(variable -> KeyValuePair.builder()
                        .name(variable.getKey())
                        .value(variable.getValue())
                        .build())
                .toList();
        return RunTaskRequest.builder()
                .applyMutation(task -> onCapacity(task, request.settings().get("capacity")))
                .cluster(request.setting("cluster"))
                .taskDefinition(request.setting("taskDefinition"))
                .clientToken(request.token())
                .count(1)
                .startedBy("barecount/" + work.attempt().run())
                .enableExecuteCommand(false)
                .networkConfiguration(network -> network.awsvpcConfiguration(
                        vpc -> vpc.subnets(request.placement().subnets())
                                .securityGroups(request.placement().securityGroups())
                                .assignPublicIp(AssignPublicIp.DISABLED)))
                .overrides(overrides -> overrides.containerOverrides(ContainerOverride.builder()
                        .name(CONTAINER)
                        .environment(environment)
                        .build()))
                .propagateTags(PropagateTags.NONE)
                .tags(tags(work).entrySet().stream()
                        .map(tag -> Tag.builder()
                                .key(tag.getKey())
                                .value(tag.getValue())
                                .build())
                        .toList())
                .overrideConfiguration(o -> as(work, o))
                .build();
    }

    private static void onCapacity(RunTaskRequest.Builder task, String capacity) {
        if (SPOT.equals(capacity)) {
            task.capacityProviderStrategy(
                    provider -> provider.capacityProvider(SPOT).weight(1));
        } else {
            task.launchType(LaunchType.FARGATE);
        }
    }

    /** A 200 may hold failures instead of a task (API reference of RunTask). */
    private static StartOutcome outcome(RunTaskResponse answer) {
        if (answer.hasTasks()
                && !answer.tasks().isEmpty()
                && answer.tasks().get(0).taskArn() != null) {
            return StartOutcome.Accepted.of(answer.tasks().get(0).taskArn());
        }
        if (answer.hasFailures() && !answer.failures().isEmpty()) {
            var failure = answer.failures().get(0);
            var reason = failure.reason() + (failure.detail() == null ? "" : ": " + failure.detail());
            return reason.startsWith("RESOURCE") || reason.startsWith("Capacity")
                    ? new StartOutcome.Busy(reason)
                    : new StartOutcome.Refused(reason);
        }
        return new StartOutcome.Unknown("ECS answered without a task and without a failure");
    }

    /** With the same token and another request ECS names the task that the token stands for. */
    private static StartOutcome outcome(Throwable failure) {
        var cause = failure.getCause() instanceof ConflictException conflict ? conflict : failure;
        return cause instanceof ConflictException conflict
                        && !conflict.resourceIds().isEmpty()
                ? StartOutcome.Accepted.of(conflict.resourceIds().get(0))
                : Failures.outcome(failure);
    }

    @Override
    public Map<String, Observation> observe(Collection<Followed> followed) {
        var seen = new HashMap<String, Observation>();
        followed.stream()
                .collect(Collectors.groupingBy(
                        one -> List.of(one.request().region(), one.request().setting("cluster"))))
                .forEach((where, ones) -> {
                    for (var i = 0; i < ones.size(); i += DESCRIBED_MAX) {
                        observe(
                                where.get(0),
                                where.get(1),
                                ones.subList(i, Math.min(ones.size(), i + DESCRIBED_MAX)),
                                seen);
                    }
                });
        return seen;
    }

    private void observe(String region, String cluster, List<Followed> ones, Map<String, Observation> seen) {
        var tasks = Clients.get(clients.ecs(region)
                        .describeTasks(request -> request.cluster(cluster)
                                .tasks(ones.stream().map(Followed::handle).toList())))
                .tasks()
                .stream()
                .collect(Collectors.toMap(Task::taskArn, task -> task));
        var cards = cards(region, tasks.values());
        for (var one : ones) {
            var task = tasks.get(one.handle());
            if (task != null) {
                seen.put(one.handle(), observation(one, task, cards));
            } else if (Appearing.isOver(one.since(), Clock.systemUTC().instant())) {
                seen.put(one.handle(), new Observation.Forgotten());
            }
        }
    }

    /** The network interfaces of running tasks: only EC2 shows their groups, and whether they have a public address. */
    private Map<String, NetworkInterface> cards(String region, Collection<Task> tasks) {
        var ids = tasks.stream()
                .filter(task -> !STOPPED.equals(task.lastStatus()))
                .flatMap(task -> detail(task, "networkInterfaceId").stream())
                .toList();
        return ids.isEmpty()
                ? Map.of()
                : Clients.get(clients.ec2(region)
                                .describeNetworkInterfaces(request -> request.filters(Filter.builder()
                                        .name("network-interface-id")
                                        .values(ids)
                                        .build())))
                        .networkInterfaces()
                        .stream()
                        .collect(Collectors.toMap(NetworkInterface::networkInterfaceId, card -> card));
    }

    private static Observation observation(Followed one, Task task, Map<String, NetworkInterface> cards) {
        if (STOPPED.equals(task.lastStatus())) {
            var container = task.containers().stream()
                    .filter(c -> CONTAINER.equals(c.name()))
                    .findFirst();
            return new Observation.Ended(
                    container.map(c -> c.exitCode()).orElse(null),
                    "the task stopped: " + task.stopCodeAsString() + ", " + task.stoppedReason()
                            + container
                                    .map(c -> c.reason() == null ? "" : ", " + c.reason())
                                    .orElse(""));
        }
        var subnet = detail(task, "subnetId");
        var card = detail(task, "networkInterfaceId").map(cards::get);
        var wrong = wrong(one.request().placement(), subnet.orElse(null), card.orElse(null));
        if (!wrong.isEmpty()) {
            return new Observation.Outside("the task is not where it was put: " + String.join("; ", wrong));
        }
        return new Observation.Alive(subnet.map(where -> "interface in " + where
                        + detail(task, "privateIPv4Address")
                                .map(address -> " with address " + address)
                                .orElse("")
                        + (card.isPresent() ? " and no public one" : ""))
                .orElse(null));
    }

    private static List<String> wrong(Placement placement, String subnet, NetworkInterface card) {
        var wrong = new ArrayList<String>();
        if (subnet != null && !placement.subnets().contains(subnet)) {
            wrong.add("its interface is in " + subnet + ", which is not one of the boundary's " + placement.subnets());
        }
        if (card != null) {
            if (card.association() != null && card.association().publicIp() != null) {
                wrong.add("its interface has the public address "
                        + card.association().publicIp());
            }
            card.groups().stream()
                    .map(group -> group.groupId())
                    .filter(group -> !placement.securityGroups().contains(group))
                    .forEach(group ->
                            wrong.add("it has the security group " + group + ", which is not one of the boundary's"));
        }
        return wrong;
    }

    private static Optional<String> detail(Task task, String name) {
        return task.attachments().stream()
                .filter(attachment -> "ElasticNetworkInterface".equals(attachment.type()))
                .flatMap(attachment -> attachment.details().stream())
                .filter(detail -> detail.name().equals(name) && detail.value() != null)
                .map(KeyValuePair::value)
                .findFirst();
    }

    @Override
    public void stop(Followed followed) {
        CompletableFuture<?> stopping = clients.ecs(followed.request().region())
                .stopTask(request -> request.cluster(followed.request().setting("cluster"))
                        .task(followed.handle())
                        .reason("asked for by BareCount"));
        Stops.send(followed.handle(), stopping);
    }

    @Override
    public List<Running> running(String region) {
        var cluster = config().fargate().cluster();
        var tasks = new ArrayList<String>();
        clients.ecs(region)
                .listTasksPaginator(request -> request.cluster(cluster)
                        .desiredStatus(DesiredStatus.RUNNING)
                        .launchType(LaunchType.FARGATE))
                .taskArns()
                .subscribe(tasks::add)
                .join();
        var found = new ArrayList<Running>();
        for (var i = 0; i < tasks.size(); i += DESCRIBED_MAX) {
            var some = tasks.subList(i, Math.min(tasks.size(), i + DESCRIBED_MAX));
            Clients.get(clients.ecs(region)
                            .describeTasks(request ->
                                    request.cluster(cluster).tasks(some).include(TaskField.TAGS)))
                    .tasks()
                    .stream()
                    .filter(task -> platform().equals(tag(task, PLATFORM_TAG)) && tag(task, ATTEMPT_TAG) != null)
                    .forEach(task -> found.add(new Running(region, task.taskArn(), tag(task, ATTEMPT_TAG))));
        }
        return found;
    }

    private static String tag(Task task, String key) {
        return task.tags().stream()
                .filter(tag -> tag.key().equals(key))
                .map(Tag::value)
                .findFirst()
                .orElse(null);
    }

    @Override
    public void end(Running running) {
        Stops.send(
                running.handle(),
                clients.ecs(running.region())
                        .stopTask(request -> request.cluster(config().fargate().cluster())
                                .task(running.handle())
                                .reason("its attempt has ended")));
    }
}
