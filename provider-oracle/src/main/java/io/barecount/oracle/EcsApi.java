package io.barecount.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.oracle.Execution.Ending;
import io.barecount.oracle.TaskDefinitions.Definition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** ECS, with tasks on Fargate. Any cluster exists; a task is RUNNING from its first description on. */
final class EcsApi extends JsonTargetApi {
    private static final int MOST_DESCRIBED = 100;
    private static final int KILLED = 137;

    private record Cluster(String name) {
        static Cluster of(JsonNode input) {
            var given = Trees.text(input, "cluster");
            return new Cluster(given == null ? "default" : given.substring(given.lastIndexOf('/') + 1));
        }

        String arn() {
            return Region.arn("ecs", "cluster/" + name);
        }

        String taskArn(String id) {
            return id.startsWith("arn:") ? id : Region.arn("ecs", "task/" + name + "/" + id);
        }
    }

    private record Task(
            Execution execution,
            Cluster cluster,
            Definition definition,
            NetworkInterface network,
            String attachment,
            JsonNode request) {
        String arn() {
            return execution.started().id();
        }
    }

    private record Token(Cluster cluster, String value) {}

    private record Accepted(JsonNode request, List<Task> tasks) {}

    private final Executions executions;
    private final Network network;
    private final Overrides overrides;
    private final Calls calls;
    private final TaskDefinitions definitions = new TaskDefinitions();
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Map<Token, Accepted> accepted = new LinkedHashMap<>();

    EcsApi(Executions executions, Network network, Overrides overrides, Calls calls) {
        super("AmazonEC2ContainerServiceV20141113");
        this.executions = executions;
        this.network = network;
        this.overrides = overrides;
        this.calls = calls;
    }

    @Override
    synchronized ObjectNode answer(Call call, JsonNode input) {
        return switch (call.operation()) {
            case REGISTER_TASK_DEFINITION -> described(definitions.register(input, calls.birth()), true);
            case DESCRIBE_TASK_DEFINITION ->
                described(
                        definitions.find(Trees.text(input, "taskDefinition"), call),
                        Trees.texts(input.path("include")).contains("TAGS"));
            case DEREGISTER_TASK_DEFINITION -> {
                var definition = definitions.find(Trees.text(input, "taskDefinition"), call);
                definitions.deregister(definition);
                yield described(definition, false);
            }
            case RUN_TASK -> runTask(call, input);
            case DESCRIBE_TASKS -> describeTasks(call, input);
            case STOP_TASK -> stopTask(input);
            case LIST_TASKS -> listTasks(call, input);
            default ->
                throw refused("UnknownOperationException", call.operation().api());
        };
    }

    @Override
    public ApiError refusal(Fault fault, Operation operation) {
        return switch (fault) {
            case THROTTLE -> refused("ThrottlingException", "Rate exceeded");
            case ACCESS_DENIED ->
                refused(
                        "AccessDeniedException",
                        "User is not authorized to perform: ecs:" + operation.api() + " on resource: *");
            case QUOTA ->
                refused(
                        "LimitExceededException",
                        "You've reached the limit on the number of tasks you can run concurrently");
            default -> new ApiError(500, "ServerException", "Service Unavailable. Please try again later.");
        };
    }

    private static ObjectNode described(Definition definition, boolean withTags) {
        var answer = Trees.object();
        answer.set("taskDefinition", definition.tree().deepCopy());
        if (withTags && definition.tags().isArray()) {
            answer.set("tags", definition.tags());
        }
        return answer;
    }

    private ObjectNode runTask(Call call, JsonNode input) {
        if (call.fault() == Fault.EMPTY_FAILURES) {
            return tasksAndFailures(
                    List.of(),
                    List.of(Trees.of(
                            "arn", Region.arn("ecs", "container-instance/none"), "reason", call.failureReason())));
        }
        var definition = definitions.find(Trees.text(input, "taskDefinition"), call);
        if (!definition.active()) {
            throw refused("ClientException", "TaskDefinition is inactive");
        }
        checkCapacity(input);
        var cluster = Cluster.of(input);
        var value = Trees.text(input, "clientToken");
        var token = new Token(cluster, value);
        var before = value == null ? null : accepted.get(token);
        if (before == null) {
            var started = IntStream.range(0, input.path("count").asInt(1))
                    .mapToObj(ignored -> start(call, input, cluster, definition))
                    .toList();
            before = new Accepted(input, started);
            if (value != null) {
                accepted.put(token, before);
            }
        } else if (!before.request().equals(input)) {
            throw refused("ConflictException", "The client token was used with another request.")
                    .with(
                            "resourceIds",
                            Trees.texts(before.tasks().stream().map(Task::arn).toList()));
        }
        return tasksAndFailures(
                before.tasks().stream().map(task -> tree(task, true)).toList(), List.of());
    }

    private static void checkCapacity(JsonNode input) {
        var providers = input.path("capacityProviderStrategy").findValuesAsText("capacityProvider");
        if (!providers.isEmpty() && input.hasNonNull("launchType")) {
            throw refused(
                    "InvalidParameterException",
                    "Specifying both a launch type and capacity provider strategy is not supported.");
        }
        if (!List.of("FARGATE", "FARGATE_SPOT").containsAll(providers)) {
            throw refused("InvalidParameterException", "The specified capacity provider was not found: " + providers);
        }
    }

    private Task start(Call call, JsonNode input, Cluster cluster, Definition definition) {
        var asked = input.path("networkConfiguration").path("awsvpcConfiguration");
        var attachment = NetworkInterface.attach(
                network,
                overrides.takeForTask(),
                Trees.text(asked.path("subnets").path(0)),
                asked.path("assignPublicIp").asText().equals("ENABLED"),
                Trees.texts(asked.path("securityGroups")));
        var execution = executions.start(Started.task(
                cluster.taskArn(Region.id("", 32)),
                Trees.text(input, "clientToken"),
                definition.family(),
                String.valueOf(definition.revision()),
                call.request().caller(),
                definition.environment(input.path("overrides")),
                definition.command(),
                input));
        var task = new Task(execution, cluster, definition, attachment, Region.id("", 32), input);
        tasks.put(task.arn(), task);
        return task;
    }

    private ObjectNode describeTasks(Call call, JsonNode input) {
        var cluster = Cluster.of(input);
        var wanted = Trees.texts(input.path("tasks"));
        if (wanted.isEmpty() || wanted.size() > MOST_DESCRIBED) {
            throw refused("InvalidParameterException", "Tasks must hold between 1 and 100 items.");
        }
        var found = new ArrayList<ObjectNode>();
        var missing = new ArrayList<ObjectNode>();
        for (var id : wanted) {
            var task = tasks.get(cluster.taskArn(id));
            if (task == null
                    || !task.cluster().equals(cluster)
                    || !call.sees(task.execution().birth())) {
                missing.add(Trees.of("arn", cluster.taskArn(id), "reason", "MISSING"));
            } else {
                found.add(tree(task, Trees.texts(input.path("include")).contains("TAGS")));
            }
        }
        return tasksAndFailures(found, missing);
    }

    private ObjectNode stopTask(JsonNode input) {
        var cluster = Cluster.of(input);
        var task = tasks.get(cluster.taskArn(String.valueOf(Trees.text(input, "task"))));
        if (task == null || !task.cluster().equals(cluster)) {
            throw refused("InvalidParameterException", "The referenced task was not found.");
        }
        var reason = Trees.text(input, "reason");
        task.execution().end(Ending.stop(reason == null ? "Task stopped by user" : reason));
        var answer = Trees.object();
        answer.set("task", tree(task, false));
        return answer;
    }

    private ObjectNode listTasks(Call call, JsonNode input) {
        var cluster = Cluster.of(input);
        var startedBy = Trees.text(input, "startedBy");
        var family = Trees.text(input, "family");
        var running = !input.path("desiredStatus").asText().equals("STOPPED");
        var arns = tasks.values().stream()
                .filter(task -> task.cluster().equals(cluster))
                .filter(task -> task.execution().running() == running)
                .filter(task -> startedBy == null || startedBy.equals(Trees.text(task.request(), "startedBy")))
                .filter(task ->
                        family == null || family.equals(task.definition().family()))
                .filter(task -> call.sees(task.execution().birth()))
                .map(Task::arn)
                .toList();
        var page = Page.of(
                arns, Trees.text(input, "nextToken"), input.path("maxResults").asInt(MOST_DESCRIBED));
        var answer = Trees.of("nextToken", page.next());
        answer.set("taskArns", Trees.texts(page.items()));
        return answer;
    }

    private static ObjectNode tasksAndFailures(List<ObjectNode> tasks, List<ObjectNode> failures) {
        var answer = Trees.object();
        answer.set("tasks", Trees.array(tasks));
        answer.set("failures", Trees.array(failures));
        return answer;
    }

    private static ObjectNode tree(Task task, boolean withTags) {
        var ending = task.execution().ending();
        var at = Trees.seconds(task.execution().started().at());
        var status = ending.isPresent() ? "STOPPED" : "RUNNING";
        var tree = Trees.of(
                        "taskArn",
                        task.arn(),
                        "clusterArn",
                        task.cluster().arn(),
                        "taskDefinitionArn",
                        task.definition().arn(),
                        "group",
                        "family:" + task.definition().family(),
                        "startedBy",
                        Trees.text(task.request(), "startedBy"),
                        "launchType",
                        "FARGATE",
                        "capacityProviderName",
                        Trees.text(task.request()
                                .path("capacityProviderStrategy")
                                .path(0)
                                .path("capacityProvider")),
                        "platformVersion",
                        "1.4.0",
                        "connectivity",
                        "CONNECTED",
                        "desiredStatus",
                        status,
                        "lastStatus",
                        status)
                .put("version", ending.isPresent() ? 2 : 1)
                .put("createdAt", at)
                .put("startedAt", at);
        var overrides = task.request().path("overrides");
        tree.set("overrides", overrides.isObject() ? overrides : Trees.object());
        tree.set("attachments", Trees.array(List.of(attachment(task))));
        tree.set("containers", Trees.array(containers(task, ending.orElse(null))));
        if (withTags && task.request().path("tags").isArray()) {
            tree.set("tags", task.request().path("tags"));
        }
        ending.ifPresent(end -> tree.put("stoppedAt", Trees.seconds(end.at()))
                .put("stopCode", stopCode(end))
                .put("stoppedReason", end.reason() == null ? "Essential container in task exited" : end.reason()));
        return tree;
    }

    private static String stopCode(Ending ending) {
        if (ending.stopped()) {
            return "UserInitiated";
        }
        return ending.code() == null ? "EssentialContainerExited" : ending.code();
    }

    private static ObjectNode attachment(Task task) {
        var attached = task.network();
        var details = new ArrayList<ObjectNode>();
        details.add(Trees.of("name", "subnetId", "value", attached.subnet()));
        details.add(Trees.of("name", "networkInterfaceId", "value", attached.id()));
        details.add(Trees.of("name", "privateIPv4Address", "value", attached.privateIp()));
        var tree = Trees.of("id", task.attachment(), "type", "ElasticNetworkInterface", "status", "ATTACHED");
        tree.set("details", Trees.array(details));
        return tree;
    }

    private static List<ObjectNode> containers(Task task, Ending ending) {
        var containers = new ArrayList<ObjectNode>();
        for (var definition : task.definition().tree().path("containerDefinitions")) {
            var container = Trees.of(
                    "containerArn", Region.arn("ecs", "container/" + task.attachment() + "/" + containers.size()),
                    "taskArn", task.arn(),
                    "name", Trees.text(definition, "name"),
                    "image", Trees.text(definition, "image"),
                    "runtimeId", task.attachment() + "-" + containers.size(),
                    "lastStatus", ending == null ? "RUNNING" : "STOPPED");
            if (ending != null && ending.stopped()) {
                container.put("exitCode", KILLED);
            } else if (ending != null && ending.exitCode() != null) {
                container.put("exitCode", ending.exitCode());
            }
            container.set(
                    "networkInterfaces",
                    Trees.array(List.of(Trees.of(
                            "attachmentId", task.attachment(),
                            "privateIpv4Address", task.network().privateIp()))));
            containers.add(container);
        }
        return containers;
    }
}
