package io.barecount.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.oracle.Execution.Ending;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Glue. A job with MaxRetries is run again, at once, when a run of it fails. */
final class GlueApi extends JsonTargetApi {
    private record Job(ObjectNode tree, Calls.Birth birth) {
        int mostRuns() {
            return tree.path("ExecutionProperty").path("MaxConcurrentRuns").asInt(1);
        }

        Map<String, String> arguments(JsonNode given) {
            var arguments = Trees.map(tree.path("DefaultArguments"));
            arguments.putAll(Trees.map(given));
            arguments.putAll(Trees.map(tree.path("NonOverridableArguments")));
            return arguments;
        }
    }

    private record Run(Execution execution, JsonNode request, String previous) {
        String id() {
            return execution.started().id();
        }

        String job() {
            return execution.started().name();
        }
    }

    private final Executions executions;
    private final Calls calls;
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Map<String, ObjectNode> connections = new LinkedHashMap<>();
    private final Map<String, Run> runs = new LinkedHashMap<>();

    GlueApi(Executions executions, Calls calls) {
        super("AWSGlue");
        this.executions = executions;
        this.calls = calls;
    }

    @Override
    synchronized ObjectNode answer(Call call, JsonNode input) {
        return switch (call.operation()) {
            case CREATE_JOB -> createJob(input);
            case UPDATE_JOB -> updateJob(input);
            case GET_JOB ->
                Trees.object()
                        .set("Job", job(Trees.text(input, "JobName"), call).tree());
            case CREATE_CONNECTION -> createConnection(input.path("ConnectionInput"));
            case GET_CONNECTION -> getConnection(call, Trees.text(input, "Name"));
            case START_JOB_RUN -> startJobRun(call, input);
            case GET_JOB_RUN -> getJobRun(call, input);
            case GET_JOB_RUNS -> getJobRuns(call, input);
            case BATCH_STOP_JOB_RUN -> stop(input);
            default ->
                throw refused("UnknownOperationException", call.operation().api());
        };
    }

    @Override
    public ApiError refusal(Fault fault, Operation operation) {
        return switch (fault) {
            case THROTTLE -> refused("ThrottlingException", "Rate exceeded");
            case ACCESS_DENIED ->
                refused("AccessDeniedException", "User is not authorized to perform: glue:" + operation.api());
            case QUOTA -> refused("ResourceNumberLimitExceededException", "A resource numerical limit was exceeded");
            default -> new ApiError(500, "InternalServiceException", "An internal service error occurred");
        };
    }

    private ObjectNode createJob(JsonNode input) {
        var name = Trees.text(input, "Name");
        if (jobs.containsKey(name)) {
            throw refused("AlreadyExistsException", "Job already exists: " + name);
        }
        ObjectNode tree = input.deepCopy();
        tree.remove("Tags");
        putJob(name, tree, Trees.seconds(Instant.now()));
        return Trees.of("Name", name);
    }

    private ObjectNode updateJob(JsonNode input) {
        var name = Trees.text(input, "JobName");
        var before = job(name, null);
        ObjectNode tree = input.path("JobUpdate").deepCopy();
        tree.put("Name", name);
        putJob(name, tree, before.tree().path("CreatedOn").asDouble());
        return Trees.of("JobName", name);
    }

    private void putJob(String name, ObjectNode tree, double createdOn) {
        tree.put("CreatedOn", createdOn).put("LastModifiedOn", Trees.seconds(Instant.now()));
        if (!tree.has("ExecutionProperty")) {
            tree.putObject("ExecutionProperty").put("MaxConcurrentRuns", 1);
        }
        jobs.put(name, new Job(tree, calls.birth()));
    }

    /** @param call null if nothing can hide it */
    private Job job(String name, Call call) {
        var job = name == null ? null : jobs.get(name);
        if (job == null || (call != null && !call.sees(job.birth()))) {
            throw refused("EntityNotFoundException", "Entity Not Found: job " + name);
        }
        return job;
    }

    private ObjectNode createConnection(JsonNode input) {
        var name = Trees.text(input, "Name");
        ObjectNode tree = input.deepCopy();
        tree.put("CreationTime", Trees.seconds(Instant.now())).put("Status", "READY");
        if (connections.putIfAbsent(name, tree) != null) {
            throw refused("AlreadyExistsException", "Connection already exists: " + name);
        }
        return Trees.of("CreateConnectionStatus", "READY");
    }

    private ObjectNode getConnection(Call call, String name) {
        var connection = connections.get(name);
        if (connection == null || call.forgets()) {
            throw refused("EntityNotFoundException", "Connection " + name + " not found");
        }
        return Trees.object().set("Connection", connection);
    }

    private ObjectNode startJobRun(Call call, JsonNode input) {
        var name = Trees.text(input, "JobName");
        var job = job(name, call);
        checkPolicy(Trees.text(input, "ExecutionRoleSessionPolicy"));
        var running = runs.values().stream()
                .filter(run -> run.job().equals(name) && run.execution().running())
                .count();
        if (running >= job.mostRuns()) {
            throw refused("ConcurrentRunsExceededException", "Concurrent runs exceeded for " + name);
        }
        var run = start(job, name, input, call.request().caller(), Region.id("jr_", 32), 1, null);
        return Trees.of("JobRunId", run.id());
    }

    private static void checkPolicy(String policy) {
        if (policy != null
                && (policy.length() > 2048
                        || !Trees.parse(policy.getBytes(StandardCharsets.UTF_8))
                                .path("Statement")
                                .isArray())) {
            throw refused("InvalidInputException", "The session policy is not valid");
        }
    }

    private Run start(Job job, String name, JsonNode input, String caller, String id, int attempt, String previous) {
        var execution = executions.start(Started.jobRun(
                id,
                attempt,
                name,
                caller,
                job.arguments(input.path("Arguments")),
                Trees.text(job.tree().path("Command"), "ScriptLocation"),
                input));
        var run = new Run(execution, input, previous);
        runs.put(run.id(), run);
        execution.whenEnded(ending -> retry(job, run, ending));
        return run;
    }

    private synchronized void retry(Job job, Run run, Ending ending) {
        var started = run.execution().started();
        if (!ending.good()
                && !ending.stopped()
                && started.delivery() <= job.tree().path("MaxRetries").asInt()) {
            var first = run.id().replaceFirst("_attempt_\\d+$", "");
            var next = first + "_attempt_" + started.delivery();
            start(job, run.job(), run.request(), started.caller(), next, started.delivery() + 1, run.id());
        }
    }

    private ObjectNode getJobRun(Call call, JsonNode input) {
        var id = Trees.text(input, "RunId");
        var run = runs.get(id);
        if (run == null
                || !run.job().equals(Trees.text(input, "JobName"))
                || !call.sees(run.execution().birth())) {
            throw refused("EntityNotFoundException", "JobRun with id " + id + " not found");
        }
        return Trees.object().set("JobRun", tree(run));
    }

    private ObjectNode getJobRuns(Call call, JsonNode input) {
        var name = Trees.text(input, "JobName");
        if (!jobs.containsKey(name)) {
            throw refused("EntityNotFoundException", "Entity Not Found: job " + name);
        }
        var newestFirst = List.copyOf(runs.values()).reversed().stream()
                .filter(run ->
                        run.job().equals(name) && call.sees(run.execution().birth()))
                .toList();
        var page = Page.of(
                newestFirst,
                Trees.text(input, "NextToken"),
                input.path("MaxResults").asInt(200));
        var answer = Trees.of("NextToken", page.next());
        answer.set("JobRuns", Trees.array(page.items().stream().map(this::tree).toList()));
        return answer;
    }

    private ObjectNode stop(JsonNode input) {
        var name = Trees.text(input, "JobName");
        var stopped = new ArrayList<ObjectNode>();
        var errors = new ArrayList<ObjectNode>();
        for (var id : Trees.texts(input.path("JobRunIds"))) {
            var run = runs.get(id);
            var result = Trees.of("JobName", name, "JobRunId", id);
            if (run != null && run.job().equals(name) && run.execution().end(Ending.stop("stopped by user"))) {
                stopped.add(result);
            } else {
                var code = run == null ? "EntityNotFoundException" : "InvalidInputException";
                errors.add(result.set(
                        "ErrorDetail", Trees.of("ErrorCode", code, "ErrorMessage", "no running run of this id")));
            }
        }
        var answer = Trees.object();
        answer.set("SuccessfulSubmissions", Trees.array(stopped));
        answer.set("Errors", Trees.array(errors));
        return answer;
    }

    private ObjectNode tree(Run run) {
        var started = run.execution().started();
        var job = jobs.get(run.job()).tree();
        var ending = run.execution().ending();
        var tree = Trees.of(
                        "Id", run.id(),
                        "JobName", run.job(),
                        "PreviousRunId", run.previous(),
                        "GlueVersion", Trees.text(job, "GlueVersion"),
                        "JobMode", "SCRIPT",
                        "ExecutionClass", "STANDARD",
                        "JobRunState", ending.map(GlueApi::state).orElse("RUNNING"))
                .put("Attempt", started.delivery() - 1)
                .put("StartedOn", Trees.seconds(started.at()))
                .put("LastModifiedOn", Trees.seconds(ending.map(Ending::at).orElse(started.at())));
        for (var field : List.of(
                "Arguments", "Timeout", "WorkerType", "NumberOfWorkers", "MaxCapacity", "ExecutionRoleSessionPolicy")) {
            var value = run.request().has(field) ? run.request().get(field) : job.get(field);
            if (value != null) {
                tree.set(field, value);
            }
        }
        ending.ifPresent(end -> {
            tree.put("CompletedOn", Trees.seconds(end.at()));
            tree.put("ExecutionTime", Duration.between(started.at(), end.at()).toSeconds());
            if (!end.good()) {
                tree.put("ErrorMessage", end.reason() == null ? "exit code " + end.exitCode() : end.reason());
            }
        });
        return tree;
    }

    private static String state(Ending ending) {
        if (ending.stopped()) {
            return "STOPPED";
        }
        if (ending.code() != null) {
            return ending.code();
        }
        return ending.good() ? "SUCCEEDED" : "FAILED";
    }
}
