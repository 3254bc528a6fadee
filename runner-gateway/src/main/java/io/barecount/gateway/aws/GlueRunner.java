package io.barecount.gateway.aws;

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
import io.barecount.gateway.storage.Storage;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.glue.GlueAsyncClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.Connection;
import software.amazon.awssdk.services.glue.model.ConnectionType;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.Job;
import software.amazon.awssdk.services.glue.model.JobRun;

/**
 * Glue: one run of a job per attempt, in the boundary's connection. Glue has no idempotency token, so the attempt is among the run's
 * arguments, and a run whose start was not answered is found again by it; there is never a second start.
 */
@Singleton
class GlueRunner extends AwsRunner {
    static final String ATTEMPT = "--BARECOUNT_ATTEMPT";
    private static final String PYTHON_SHELL = "pythonshell";
    private static final String SESSION_POLICY = "executionRoleSessionPolicy";
    private static final int RUNS_MAX = 200;

    /** Runs to look through for one that may have been started: newest first. */
    private static final int PAGES_MAX = 5;

    private static final int CONCURRENT_RUNS = 1000;

    private final Bootstrap bootstrap;
    private final Storage storage;
    private final Pins jobs = new Pins();

    GlueRunner(
            GatewayConfig config,
            Clients clients,
            Sessions sessions,
            BoundaryReader networks,
            Bootstrap bootstrap,
            Storage storage) {
        super(config, clients, sessions, networks);
        this.bootstrap = bootstrap;
        this.storage = storage;
    }

    @Override
    public RunnerType type() {
        return RunnerType.GLUE;
    }

    private record Definition(
            String role,
            String command,
            String version,
            String script,
            String connection,
            String workerType,
            int workers,
            long timeoutMinutes) {}

    @Override
    Map<String, String> resolve(Work work) throws CannotStart, Busy {
        var glue = work.spec().manifest().spec().runner().glue();
        var definition = new Definition(
                required(config().glue().role(), "glue.role"),
                config().glue().command(),
                config().glue().version(),
                script(),
                "barecount-" + work.boundary().name(),
                glue.workerType().toString(),
                glue.workers(),
                work.spec().manifest().spec().execution().timeout().toMinutes() + 5);
        connection(work, definition.connection());
        var name = nameOf(work, definition);
        var key = work.boundary().region() + "/" + name;
        if (jobs.get(key).isEmpty()) {
            job(work, name, definition);
            jobs.put(key, name);
        }
        var settings = new HashMap<String, String>();
        settings.put("job", name);
        settings.put("role", definition.role());
        settings.put("command", definition.command());
        settings.put("glueVersion", definition.version());
        settings.put("script", definition.script());
        settings.put("bootstrap", bootstrap.digest().toString());
        settings.put("connection", definition.connection());
        settings.put("workerType", definition.workerType());
        settings.put("workers", Integer.toString(definition.workers()));
        settings.put("disable-proxy-v2", "true");
        var secrets =
                work.spec().manifest().spec().workload().secretReferences().values();
        settings.put(SESSION_POLICY, GluePolicy.of(work.boundary().region(), definition.script(), secrets));
        return settings;
    }

    @Override
    public Rate startRate() {
        return config().glue().rate();
    }

    private String script() throws Busy {
        try {
            return storage.keep(Storage.byDigest("bootstrap", bootstrap.source(), ".py"), bootstrap.source());
        } catch (SdkException e) {
            throw new Busy("the bootstrap can't be put into the storage: " + Failures.message(e), e);
        }
    }

    /** The boundary's connection, made if there is none; read back each time, as it can be changed. */
    private void connection(Work work, String name) throws CannotStart, Busy {
        var glue = clients.glue(work.boundary().region());
        try {
            inside(work, "connection " + name, placement(connection(work, glue, name)));
        } catch (SdkException e) {
            throw Failures.inPreparing("its connection " + name + " can't be had", e);
        }
    }

    private Connection connection(Work work, GlueAsyncClient glue, String name) {
        try {
            return Clients.get(glue.getConnection(
                            request -> request.name(name).hidePassword(true).overrideConfiguration(o -> as(work, o))))
                    .connection();
        } catch (EntityNotFoundException e) {
            make(() -> glue.createConnection(request -> request.connectionInput(input -> input.name(name)
                            .connectionType(ConnectionType.NETWORK)
                            .connectionProperties(Map.of())
                            .physicalConnectionRequirements(physical -> physical.subnetId(
                                            work.boundary().subnets().get(0))
                                    .securityGroupIdList(work.boundary().securityGroups())))
                    .overrideConfiguration(o -> as(work, o))));
            return Clients.get(glue.getConnection(
                            request -> request.name(name).hidePassword(true).overrideConfiguration(o -> as(work, o))))
                    .connection();
        }
    }

    private static Placement placement(Connection connection) {
        var physical = connection.physicalConnectionRequirements();
        return physical == null || physical.subnetId() == null
                ? new Placement(null, List.of(), List.of(), null)
                : new Placement(null, List.of(physical.subnetId()), physical.securityGroupIdList(), null);
    }

    private void job(Work work, String name, Definition definition) throws CannotStart, Busy {
        var glue = clients.glue(work.boundary().region());
        try {
            Job found;
            try {
                found = job(work, glue, name);
            } catch (EntityNotFoundException e) {
                create(work, glue, name, definition);
                found = job(work, glue, name);
            }
            check(found, definition);
        } catch (SdkException e) {
            throw Failures.inPreparing("its job " + name + " can't be had", e);
        }
    }

    private Job job(Work work, GlueAsyncClient glue, String name) {
        return Clients.get(glue.getJob(request -> request.jobName(name).overrideConfiguration(o -> as(work, o))))
                .job();
    }

    /** Glue repeats nothing by itself: what is tried again, and when, is the platform's to say. */
    private void create(Work work, GlueAsyncClient glue, String name, Definition definition) {
        var pythonShell = definition.command().equals(PYTHON_SHELL);
        make(() -> glue.createJob(request -> {
            request.name(name)
                    .role(definition.role())
                    .command(command -> command.name(definition.command())
                            .scriptLocation(definition.script())
                            .pythonVersion(pythonShell ? "3.9" : "3"))
                    .connections(connections -> connections.connections(definition.connection()))
                    .defaultArguments(Map.of("--disable-proxy-v2", "true"))
                    .executionProperty(property -> property.maxConcurrentRuns(CONCURRENT_RUNS))
                    .maxRetries(0)
                    .timeout((int) definition.timeoutMinutes())
                    .tags(Map.of("barecount:boundary", work.boundary().name()))
                    .overrideConfiguration(o -> as(work, o));
            if (!pythonShell) {
                request.glueVersion(definition.version())
                        .workerType(definition.workerType())
                        .numberOfWorkers(definition.workers());
            }
        }));
    }

    /** Harmless if another start made it at the same time: what there is is read back. */
    private static void make(Supplier<CompletableFuture<?>> create) {
        try {
            Clients.get(create.get());
        } catch (AlreadyExistsException made) {
            // As wanted.
        }
    }

    private static void check(Job found, Definition definition) throws CannotStart {
        var connections =
                found.connections() == null ? List.of() : found.connections().connections();
        if (!connections.equals(List.of(definition.connection()))) {
            throw CannotStart.violation("job " + found.name() + " has the connections " + connections + ", not just "
                    + definition.connection() + (connections.isEmpty() ? ": it would run outside the VPC" : ""));
        }
        if (!definition.script().equals(found.command().scriptLocation())) {
            throw CannotStart.violation("job " + found.name() + " runs "
                    + found.command().scriptLocation() + ", not " + definition.script());
        }
        if (!"true".equals(found.defaultArguments().get("--disable-proxy-v2"))) {
            throw CannotStart.violation(
                    "job " + found.name() + " does not disable Glue's own proxy (--disable-proxy-v2)");
        }
    }

    @Override
    CompletionStage<StartOutcome> call(StartRequest request, Work work) {
        var arguments = new HashMap<String, String>();
        told(request, work).forEach((name, value) -> arguments.put("--" + name, value));
        return clients.glueOnce(request.region())
                .startJobRun(start -> start.jobName(request.setting("job"))
                        .arguments(arguments)
                        .executionRoleSessionPolicy(request.setting(SESSION_POLICY))
                        .overrideConfiguration(o -> as(work, o)))
                .handle((answer, failure) -> {
                    if (failure != null) {
                        return Failures.outcome(failure);
                    }
                    return answer.jobRunId() == null
                            ? new StartOutcome.Unknown("Glue answered without a run")
                            : StartOutcome.Accepted.of(answer.jobRunId());
                });
    }

    @Override
    public StartOutcome recover(StartRequest request, Work work, Instant intendedAt) {
        try {
            String next = null;
            for (var page = 0; page < PAGES_MAX; page++) {
                var token = next;
                var answer = Clients.get(clients.glue(request.region())
                        .getJobRuns(ask -> ask.jobName(request.setting("job"))
                                .maxResults(RUNS_MAX)
                                .nextToken(token)));
                for (var run : answer.jobRuns()) {
                    if (run.hasArguments()
                            && work.attempt().toString().equals(run.arguments().get(ATTEMPT))) {
                        return StartOutcome.Accepted.of(run.id());
                    }
                }
                next = answer.nextToken();
                if (next == null) {
                    break;
                }
            }
            return new StartOutcome.Unknown("Glue gave no usable answer, and no run of the attempt has appeared");
        } catch (SdkException e) {
            return new StartOutcome.Unknown("Glue gave no usable answer, and can't be asked now");
        }
    }

    @Override
    public Map<String, Observation> observe(Collection<Followed> followed) {
        var seen = new HashMap<String, Observation>();
        followed.stream()
                .collect(Collectors.groupingBy(
                        one -> List.of(one.request().region(), one.request().setting("job"))))
                .forEach((job, ones) -> observe(clients.glue(job.get(0)), job.get(1), ones, seen));
        return seen;
    }

    /** All runs of a job in one call; what is not among its newest is asked for by itself. */
    private static void observe(GlueAsyncClient glue, String job, List<Followed> ones, Map<String, Observation> seen) {
        var runs = Clients.get(glue.getJobRuns(request -> request.jobName(job).maxResults(RUNS_MAX))).jobRuns().stream()
                .collect(Collectors.toMap(JobRun::id, run -> run));
        for (var one : ones) {
            var run = runs.get(one.handle());
            if (run == null) {
                try {
                    run = Clients.get(glue.getJobRun(
                                    request -> request.jobName(job).runId(one.handle())))
                            .jobRun();
                } catch (EntityNotFoundException e) {
                    if (Appearing.isOver(
                            one.since(), java.time.Clock.systemUTC().instant())) {
                        seen.put(one.handle(), new Observation.Forgotten());
                    }
                    continue;
                }
            }
            seen.put(one.handle(), observation(one, run));
        }
    }

    /** Glue shows nothing of a run's interfaces: where it is was configured, and is not observed. */
    private static Observation observation(Followed one, JobRun run) {
        var policy = run.executionRoleSessionPolicy();
        if (policy != null && !policy.equals(one.request().setting(SESSION_POLICY))) {
            return new Observation.Outside(
                    "the job run has another session policy than it was started with: " + policy);
        }
        return switch (run.jobRunState()) {
            case SUCCEEDED -> new Observation.Ended(0, "the job run succeeded");
            case STOPPED, FAILED, TIMEOUT, ERROR, EXPIRED ->
                new Observation.Ended(
                        null,
                        "the job run is " + run.jobRunStateAsString()
                                + (run.errorMessage() == null ? "" : ": " + run.errorMessage()));
            default -> new Observation.Alive(null);
        };
    }

    @Override
    public void stop(Followed followed) {
        Stops.send(
                followed.handle(),
                clients.glue(followed.request().region())
                        .batchStopJobRun(
                                request -> request.jobName(followed.request().setting("job"))
                                        .jobRunIds(followed.handle())));
    }
}
