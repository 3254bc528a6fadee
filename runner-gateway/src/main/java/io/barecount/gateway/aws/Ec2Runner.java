package io.barecount.gateway.aws;

import io.barecount.contracts.manifest.RunnerType;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.boundary.BoundaryReader;
import io.barecount.gateway.runner.CannotStart;
import io.barecount.gateway.runner.Observation;
import io.barecount.gateway.runner.Rate;
import io.barecount.gateway.runner.StartOutcome;
import io.barecount.gateway.runner.StartRequest;
import io.barecount.gateway.runner.Work;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RunInstancesResponse;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/**
 * EC2: one instance per attempt, of a pinned version of a launch template, which ends itself. EC2 recognises the token until 24 hours after the instance has ended; it must find
 * the same subnet in a repeat, so one is chosen and pinned.
 */
@Singleton
class Ec2Runner extends AwsRunner {
    private static final int DESCRIBED_MAX = 200;

    private final Loader loader;
    private final Pins templates = new Pins();

    Ec2Runner(GatewayConfig config, Clients clients, Sessions sessions, BoundaryReader networks, Loader loader) {
        super(config, clients, sessions, networks);
        this.loader = loader;
    }

    @Override
    public RunnerType type() {
        return RunnerType.EC2;
    }

    @Override
    Map<String, String> resolve(Work work) throws CannotStart, Busy {
        var definition = definition(work);
        var name = nameOf(work, definition);
        var key = work.boundary().region() + "/" + name;
        var pinned = templates.get(key).orElse(null);
        if (pinned == null) {
            pinned = LaunchTemplates.pin(
                            work, clients.ec2(work.boundary().region()), name, definition, o -> as(work, o))
                    .toString();
            templates.put(key, pinned);
        }
        return settings(pinned, definition);
    }

    @Override
    Optional<Map<String, String>> known(Work work) throws CannotStart {
        var definition = definition(work);
        return templates
                .get(work.boundary().region() + "/" + nameOf(work, definition))
                .map(pinned -> settings(pinned, definition));
    }

    private LaunchTemplates.Definition definition(Work work) throws CannotStart {
        var subnets = work.boundary().subnets();
        return new LaunchTemplates.Definition(
                required(config().ec2().image(), "ec2.image"),
                work.spec().manifest().spec().runner().ec2().instanceType(),
                config().ec2().instanceProfile().orElse(null),
                subnets.get(Math.floorMod(work.attempt().hashCode(), subnets.size())),
                work.boundary().securityGroups());
    }

    private static Map<String, String> settings(String pinned, LaunchTemplates.Definition definition) {
        var settings = new HashMap<String, String>();
        settings.put("launchTemplate", pinned);
        settings.put("image", definition.image());
        settings.put("instanceType", definition.instanceType());
        settings.put("instanceProfile", definition.instanceProfile() == null ? "none" : definition.instanceProfile());
        settings.put("subnet", definition.subnet());
        settings.put("metadata", "IMDSv2 only, one hop");
        settings.put("shutdown", "terminates");
        return settings;
    }

    @Override
    boolean recognisesTokens() {
        return true;
    }

    @Override
    public Rate startRate() {
        return config().ec2().rate();
    }

    @Override
    CompletionStage<StartOutcome> call(StartRequest request, Work work) {
        return clients.ec2Once(request.region())
                .runInstances(runInstances(request, work))
                .handle((answer, failure) -> {
                    var outcome = failure == null ? outcome(answer) : outcome(failure);
                    if (outcome instanceof StartOutcome.Refused) {
                        templates.forget(request.setting("launchTemplate"));
                    }
                    return outcome;
                });
    }

    @Override
    public StartOutcome recover(StartRequest request, Work work, Instant intendedAt) {
        if (TokenWindow.isOver(intendedAt)) {
            return new StartOutcome.Unknown("EC2 may no longer recognise the token, so it is not asked again");
        }
        var outcome = again(request, work);
        return outcome instanceof StartOutcome.Unknown unknown ? found(request, unknown) : outcome;
    }

    /** An instance that was started with the token and has ended since is described by it for up to an hour. */
    private StartOutcome found(StartRequest request, StartOutcome.Unknown unknown) {
        var instances = Clients.get(clients.ec2(request.region())
                        .describeInstances(ask -> ask.filters(filter("client-token", List.of(request.token())))))
                .reservations();
        return instances.stream()
                .flatMap(reservation -> reservation.instances().stream())
                .findFirst()
                .<StartOutcome>map(instance -> StartOutcome.Accepted.of(instance.instanceId()))
                .orElse(unknown);
    }

    private RunInstancesRequest runInstances(StartRequest request, Work work) {
        var template = LaunchTemplates.Pinned.parse(request.setting("launchTemplate"));
        return RunInstancesRequest.builder()
                .launchTemplate(
                        which -> which.launchTemplateId(template.id()).version(Long.toString(template.version())))
                .minCount(1)
                .maxCount(1)
                .clientToken(request.token())
                .userData(Base64.getEncoder()
                        .encodeToString(loader.userData(told(request, work)).getBytes(StandardCharsets.UTF_8)))
                .tagSpecifications(TagSpecification.builder()
                        .resourceType(ResourceType.INSTANCE)
                        .tags(new TreeMap<>(tags(work))
                                .entrySet().stream()
                                        .map(tag -> Tag.builder()
                                                .key(tag.getKey())
                                                .value(tag.getValue())
                                                .build())
                                        .toList())
                        .build())
                .overrideConfiguration(o -> as(work, o))
                .build();
    }

    private static StartOutcome outcome(RunInstancesResponse answer) {
        return answer.hasInstances()
                        && !answer.instances().isEmpty()
                        && answer.instances().get(0).instanceId() != null
                ? StartOutcome.Accepted.of(answer.instances().get(0).instanceId())
                : new StartOutcome.Unknown("EC2 answered without an instance");
    }

    /** Both codes say that an instance was started with this token: it is looked up, never started with another. */
    private static StartOutcome outcome(Throwable failure) {
        return Failures.isCode(failure, "IdempotentInstanceTerminated", "IdempotentParameterMismatch")
                ? new StartOutcome.Unknown("EC2 started it already: " + Failures.message(failure))
                : Failures.outcome(failure);
    }

    @Override
    public Map<String, Observation> observe(Collection<Followed> followed) {
        var seen = new HashMap<String, Observation>();
        followed.stream()
                .collect(Collectors.groupingBy(one -> one.request().region()))
                .forEach((region, ones) -> {
                    for (var i = 0; i < ones.size(); i += DESCRIBED_MAX) {
                        observe(region, ones.subList(i, Math.min(ones.size(), i + DESCRIBED_MAX)), seen);
                    }
                });
        return seen;
    }

    /** By filter, not by id: asked by id, one that is unknown hides all others. */
    private void observe(String region, List<Followed> ones, Map<String, Observation> seen) {
        var ids = ones.stream().map(Followed::handle).toList();
        var instances = Clients.get(
                        clients.ec2(region).describeInstances(request -> request.filters(filter("instance-id", ids))))
                .reservations()
                .stream()
                .flatMap(reservation -> reservation.instances().stream())
                .collect(Collectors.toMap(Instance::instanceId, instance -> instance));
        for (var one : ones) {
            var instance = instances.get(one.handle());
            if (instance != null) {
                var observation = observation(one, instance);
                if (observation != null) {
                    seen.put(one.handle(), observation);
                }
            } else if (Appearing.isOver(one.since(), Clock.systemUTC().instant())) {
                seen.put(one.handle(), new Observation.Forgotten());
            }
        }
    }

    /** Null while it is on its way out: it has not ended yet. */
    private static Observation observation(Followed one, Instance instance) {
        var state = instance.state().name();
        if (state == InstanceStateName.TERMINATED || state == InstanceStateName.STOPPED) {
            var reason = instance.stateReason();
            return new Observation.Ended(
                    null,
                    "the instance is " + state
                            + (reason == null ? "" : ": " + reason.code() + ", " + reason.message()));
        }
        if (state == InstanceStateName.SHUTTING_DOWN || state == InstanceStateName.STOPPING) {
            return null;
        }
        return placed(one, instance);
    }

    private static Observation placed(Followed one, Instance instance) {
        var placement = one.request().placement();
        var wrong = new ArrayList<String>();
        var subnets = new ArrayList<String>();
        if (instance.vpcId() != null && !instance.vpcId().equals(placement.vpc())) {
            wrong.add("it is in " + instance.vpcId() + ", not in " + placement.vpc());
        }
        if (instance.subnetId() != null) {
            subnets.add(instance.subnetId());
        }
        var groups = instance.securityGroups().stream()
                .map(group -> group.groupId())
                .collect(Collectors.toCollection(ArrayList::new));
        instance.networkInterfaces().forEach(card -> {
            subnets.add(card.subnetId());
            card.groups().forEach(group -> groups.add(group.groupId()));
            if (card.association() != null && card.association().publicIp() != null) {
                wrong.add("its interface " + card.networkInterfaceId() + " has a public address");
            }
        });
        if (instance.publicIpAddress() != null && !instance.publicIpAddress().isEmpty()) {
            wrong.add("it has the public address " + instance.publicIpAddress());
        }
        subnets.stream()
                .filter(subnet -> !placement.subnets().contains(subnet))
                .findFirst()
                .ifPresent(subnet -> wrong.add("it is in " + subnet + ", which is not the boundary's"));
        groups.stream()
                .filter(group -> !placement.securityGroups().contains(group))
                .findFirst()
                .ifPresent(group -> wrong.add("it has the security group " + group + ", which is not the boundary's"));
        return wrong.isEmpty()
                ? new Observation.Alive("instance in " + instance.subnetId() + " with address "
                        + instance.privateIpAddress() + " and no public one")
                : new Observation.Outside("the instance is not where it was put: " + String.join("; ", wrong));
    }

    @Override
    public void stop(Followed followed) {
        Stops.send(
                followed.handle(),
                clients.ec2(followed.request().region())
                        .terminateInstances(request -> request.instanceIds(followed.handle())));
    }

    @Override
    public List<Running> running(String region) {
        var found = new ArrayList<Running>();
        clients.ec2(region)
                .describeInstancesPaginator(request -> request.filters(
                        filter("tag:" + PLATFORM_TAG, List.of(platform())),
                        filter("instance-state-name", List.of("pending", "running"))))
                .reservations()
                .subscribe(reservation -> reservation
                        .instances()
                        .forEach(instance -> instance.tags().stream()
                                .filter(tag -> tag.key().equals(ATTEMPT_TAG))
                                .forEach(tag -> found.add(new Running(region, instance.instanceId(), tag.value())))))
                .join();
        return found;
    }

    @Override
    public void end(Running running) {
        Stops.send(
                running.handle(),
                clients.ec2(running.region()).terminateInstances(request -> request.instanceIds(running.handle())));
    }

    private static Filter filter(String name, List<String> values) {
        return Filter.builder().name(name).values(values).build();
    }
}
