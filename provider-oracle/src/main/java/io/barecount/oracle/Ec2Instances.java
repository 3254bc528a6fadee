package io.barecount.oracle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.oracle.Execution.Ending;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Instances. One is running from its first description on, and at its end stopped or terminated, as it was asked to be. */
final class Ec2Instances {
    private enum State {
        PENDING(0, "pending"),
        RUNNING(16, "running"),
        SHUTTING_DOWN(32, "shutting-down"),
        TERMINATED(48, "terminated"),
        STOPPED(80, "stopped");

        private final int code;
        private final String api;

        State(int code, String api) {
            this.code = code;
            this.api = api;
        }

        ObjectNode tree() {
            return Trees.object().put("code", code).put("name", api);
        }
    }

    private static final class Instance {
        private final Execution execution;
        private final Form asked;
        private final NetworkInterface network;
        private final String reservation;
        private boolean terminated;

        Instance(Execution execution, Form asked, NetworkInterface network, String reservation) {
            this.execution = execution;
            this.asked = asked;
            this.network = network;
            this.reservation = reservation;
        }

        String id() {
            return execution.started().id();
        }

        State state() {
            var ending = execution.ending();
            if (ending.isEmpty()) {
                return State.RUNNING;
            }
            var terminates = "terminate".equals(asked.get("InstanceInitiatedShutdownBehavior"));
            return terminated || terminates || ending.get().code() != null ? State.TERMINATED : State.STOPPED;
        }

        Map<String, String> tags() {
            var tags = new LinkedHashMap<String, String>();
            asked.forms("TagSpecification").stream()
                    .filter(specification -> "instance".equals(specification.get("ResourceType")))
                    .flatMap(specification -> specification.forms("Tag").stream())
                    .forEach(tag -> tags.put(tag.get("Key"), tag.fields().getOrDefault("Value", "")));
            return tags;
        }

        Map<String, List<String>> attributes() {
            var attributes = new HashMap<String, List<String>>();
            var token = execution.started().token();
            attributes.put("instance-id", List.of(id()));
            attributes.put("client-token", token == null ? List.of() : List.of(token));
            attributes.put("instance-state-name", List.of(state().api));
            attributes.put("image-id", List.of(execution.started().name()));
            attributes.put("subnet-id", network.subnet() == null ? List.of() : List.of(network.subnet()));
            attributes.put("vpc-id", network.vpc() == null ? List.of() : List.of(network.vpc()));
            attributes.put("tag-key", List.copyOf(tags().keySet()));
            tags().forEach((key, value) -> attributes.put("tag:" + key, List.of(value)));
            return attributes;
        }
    }

    private record Accepted(Form request, List<Instance> instances) {}

    private final Executions executions;
    private final Network network;
    private final Overrides overrides;
    private final Map<String, Instance> instances = new LinkedHashMap<>();
    private final Map<String, Accepted> accepted = new HashMap<>();

    Ec2Instances(Executions executions, Network network, Overrides overrides) {
        this.executions = executions;
        this.network = network;
        this.overrides = overrides;
    }

    /** @param merged the request with what its launch template says besides */
    synchronized ObjectNode run(Call call, Form form, Form merged) {
        var token = form.get("ClientToken");
        var before = token == null ? null : accepted.get(token);
        if (before == null) {
            before = new Accepted(form, start(call, form, merged));
            if (token != null) {
                accepted.put(token, before);
            }
        } else if (!before.request().equals(form)) {
            throw new ApiError(
                    400,
                    "IdempotentParameterMismatch",
                    "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).");
        } else if (before.instances().stream().anyMatch(instance -> instance.state() == State.TERMINATED)) {
            throw new ApiError(
                    400,
                    "IdempotentInstanceTerminated",
                    "The client token '" + token + "' was used to launch an instance that is now terminated.");
        }
        return reservation(before.instances(), State.PENDING);
    }

    private List<Instance> start(Call call, Form form, Form merged) {
        if (merged.get("ImageId") == null) {
            throw new ApiError(400, "MissingParameter", "The request must contain the parameter ImageId");
        }
        var reservation = Region.id("r-", 17);
        return IntStream.range(0, form.number("MaxCount", 1))
                .mapToObj(ignored -> {
                    var started = Started.instance(
                            Region.id("i-", 17),
                            form.get("ClientToken"),
                            merged.get("ImageId"),
                            call.request().caller(),
                            userData(merged),
                            form.tree());
                    var attached = attach(merged);
                    var instance = new Instance(executions.start(started), merged, attached, reservation);
                    instances.put(instance.id(), instance);
                    return instance;
                })
                .toList();
    }

    private NetworkInterface attach(Form form) {
        var asked = form.forms("NetworkInterface");
        var publicIp = asked.isEmpty() ? null : asked.getFirst().get("AssociatePublicIpAddress");
        return NetworkInterface.attach(
                network,
                overrides.takeForInstance(),
                asked.isEmpty() ? form.get("SubnetId") : asked.getFirst().get("SubnetId"),
                publicIp == null ? null : Boolean.valueOf(publicIp),
                asked.isEmpty()
                        ? form.list("SecurityGroupId")
                        : asked.getFirst().list("SecurityGroupId"));
    }

    private static String userData(Form form) {
        var encoded = form.get("UserData");
        return encoded == null ? null : new String(Base64.getMimeDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    synchronized ObjectNode describe(Call call, Form form) {
        var filters = Ec2Filters.of(form, "InstanceId");
        if (!filters.ids().isEmpty() && form.get("MaxResults") != null) {
            throw new ApiError(
                    400,
                    "InvalidParameterCombination",
                    "The parameter instancesSet cannot be used with the parameter maxResults");
        }
        var visible = instances.values().stream()
                .filter(instance -> call.sees(instance.execution.birth()))
                .toList();
        filters.ids().forEach(id -> {
            if (visible.stream().map(Instance::id).noneMatch(id::equals)) {
                throw notFound(id);
            }
        });
        var found = visible.stream()
                .filter(instance -> filters.match(instance.id(), instance.attributes()))
                .toList();
        var page = Page.of(found, form.get("NextToken"), form.number("MaxResults", 0));
        var answer = Trees.object();
        answer.set(
                "reservationSet",
                Trees.array(page.items().stream()
                        .map(instance -> reservation(List.of(instance), instance.state()))
                        .toList()));
        return answer.put("nextToken", page.next());
    }

    synchronized ObjectNode terminate(Form form) {
        var ids = form.list("InstanceId");
        for (var id : ids) {
            if (!instances.containsKey(id)) {
                throw notFound(id);
            }
        }
        var changes = new ArrayList<ObjectNode>();
        for (var id : ids) {
            var instance = instances.get(id);
            var before = instance.state();
            instance.terminated = true;
            instance.execution.end(Ending.stop("Client.UserInitiatedShutdown: User initiated shutdown"));
            var change = Trees.of("instanceId", id);
            change.set("currentState", (before == State.TERMINATED ? before : State.SHUTTING_DOWN).tree());
            change.set("previousState", before.tree());
            changes.add(change);
        }
        return Trees.object().set("instancesSet", Trees.array(changes));
    }

    private static ApiError notFound(String id) {
        return new ApiError(400, "InvalidInstanceID.NotFound", "The instance ID '" + id + "' does not exist");
    }

    private static ObjectNode reservation(List<Instance> instances, State state) {
        var tree = Trees.of("reservationId", instances.getFirst().reservation, "ownerId", Region.ACCOUNT);
        tree.set(
                "instancesSet",
                Trees.array(instances.stream()
                        .map(instance -> tree(instance, state))
                        .toList()));
        return tree;
    }

    private static ObjectNode tree(Instance instance, State state) {
        var asked = instance.asked;
        var attached = instance.network;
        var tree = Trees.of(
                "instanceId", instance.id(),
                "imageId", asked.get("ImageId"),
                "instanceType", asked.fields().getOrDefault("InstanceType", "m1.small"),
                "clientToken", asked.get("ClientToken"),
                "launchTime", instance.execution.started().at().toString(),
                "privateIpAddress", attached.privateIp(),
                "ipAddress", attached.publicIp(),
                "subnetId", attached.subnet(),
                "vpcId", attached.vpc(),
                "architecture", "x86_64");
        tree.set("instanceState", state.tree());
        tree.set("groupSet", attached.groupSet());
        tree.set("networkInterfaceSet", Trees.array(List.of(attached.ec2())));
        tree.set(
                "tagSet",
                Trees.array(instance.tags().entrySet().stream()
                        .map(tag -> Trees.of("key", tag.getKey(), "value", tag.getValue()))
                        .toList()));
        if (asked.get("IamInstanceProfile.Arn") != null || asked.get("IamInstanceProfile.Name") != null) {
            var name = asked.get("IamInstanceProfile.Name");
            var arn = name == null
                    ? asked.get("IamInstanceProfile.Arn")
                    : "arn:aws:iam::" + Region.ACCOUNT + ":instance-profile/" + name;
            tree.set("iamInstanceProfile", Trees.of("arn", arn, "id", "AIPAORACLE"));
        }
        tree.set(
                "metadataOptions",
                Trees.of(
                        "state", "applied",
                        "httpTokens", asked.fields().getOrDefault("MetadataOptions.HttpTokens", "optional"),
                        "httpEndpoint", asked.fields().getOrDefault("MetadataOptions.HttpEndpoint", "enabled"),
                        "httpPutResponseHopLimit",
                                asked.fields().getOrDefault("MetadataOptions.HttpPutResponseHopLimit", "1")));
        instance.execution.ending().ifPresent(ending -> describeEnd(tree, ending));
        return tree;
    }

    private static void describeEnd(ObjectNode tree, Ending ending) {
        var code = ending.stopped() ? "Client.UserInitiatedShutdown" : "Client.InstanceInitiatedShutdown";
        var message = ending.stopped() || ending.reason() == null ? code : ending.reason();
        tree.set("stateReason", Trees.of("code", ending.code() == null ? code : ending.code(), "message", message));
        tree.put("reason", ending.stopped() ? "User initiated (" + ending.at() + ")" : "");
    }
}
