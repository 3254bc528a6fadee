package io.barecount.gateway.aws;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.GatewayConfig.Aws.Lambda.Invocation;
import io.barecount.gateway.boundary.BoundaryReader;
import io.barecount.gateway.boundary.Placement;
import io.barecount.gateway.runner.CannotStart;
import io.barecount.gateway.runner.Observation;
import io.barecount.gateway.runner.Rate;
import io.barecount.gateway.runner.StartOutcome;
import io.barecount.gateway.runner.StartRequest;
import io.barecount.gateway.runner.Work;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.State;

/**
 * Lambda: one invocation per attempt, of a published version, which can't change any more. The answer to a synchronous one comes with the
 * end of the workload.
 * Lambda has no idempotency token for invocations and can't be asked about one: what is not answered is known by its claim alone.
 */
@Singleton
class LambdaRunner extends AwsRunner {
    private static final String SYNC = InvocationType.REQUEST_RESPONSE.toString();
    private static final String ASYNC = InvocationType.EVENT.toString();
    private static final int TIMEOUT_MAX_SECONDS = 900;

    /** What Lambda has not delivered by then it never delivers. */
    private static final Duration QUEUED_MAX = Duration.ofMinutes(5);

    private static final int OVERHEAD_SECONDS = 30;
    private static final Duration DOUBT_BEYOND_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration ACTIVE_WITHIN = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final int LAST_WORDS_MAX = 600;
    private static final int DONE = 200;
    private static final int QUEUED = 202;

    private final Bootstrap bootstrap;
    private final Pins versions = new Pins();

    LambdaRunner(
            GatewayConfig config, Clients clients, Sessions sessions, BoundaryReader networks, Bootstrap bootstrap) {
        super(config, clients, sessions, networks);
        this.bootstrap = bootstrap;
    }

    @Override
    public RunnerType type() {
        return RunnerType.LAMBDA;
    }

    private record Definition(
            String role,
            String runtime,
            String architecture,
            int memoryMiB,
            int timeoutSeconds,
            List<String> layers,
            Integer concurrency,
            List<String> subnets,
            List<String> securityGroups,
            String code) {}

    @Override
    Map<String, String> resolve(Work work) throws CannotStart, Busy {
        var definition = definition(work);
        var name = nameOf(work, definition);
        var key = work.boundary().region() + "/" + name;
        var version = versions.get(key).orElse(null);
        if (version == null) {
            version = version(work, name, definition);
            versions.put(key, version);
        }
        return settings(name, version, definition);
    }

    private String invocation() {
        return config().lambda().invocation() == Invocation.ASYNC ? ASYNC : SYNC;
    }

    @Override
    Optional<Map<String, String>> known(Work work) throws CannotStart {
        var definition = definition(work);
        var name = nameOf(work, definition);
        return versions.get(work.boundary().region() + "/" + name).map(version -> settings(name, version, definition));
    }

    private Definition definition(Work work) throws CannotStart {
        var spec = work.spec().manifest().spec();
        var timeout = spec.execution().timeout().toSeconds() + OVERHEAD_SECONDS;
        if (spec.execution().timeout().toSeconds() > TIMEOUT_MAX_SECONDS) {
            throw new CannotStart(
                    FailureClass.NOT_STARTED,
                    "Lambda runs nothing for longer than " + TIMEOUT_MAX_SECONDS + " s, the timeout is "
                            + spec.execution().timeout());
        }
        return new Definition(
                required(config().lambda().role(), "lambda.role"),
                config().lambda().runtime(),
                spec.runner().lambda().architecture().toString(),
                spec.runner().lambda().memoryMiB(),
                (int) Math.min(timeout, TIMEOUT_MAX_SECONDS),
                config().lambda().layers().orElse(List.of()),
                spec.runner().scaling() == null || spec.runner().scaling().max() == 0
                        ? null
                        : spec.runner().scaling().max(),
                work.boundary().subnets(),
                work.boundary().securityGroups(),
                bootstrap.digest().toString());
    }

    private Map<String, String> settings(String name, String version, Definition definition) {
        var settings = new HashMap<String, String>();
        settings.put("function", name);
        settings.put("version", version);
        settings.put("invocation", invocation());
        settings.put("runtime", definition.runtime());
        settings.put("architecture", definition.architecture());
        settings.put("memory", definition.memoryMiB() + "MiB");
        settings.put("functionTimeout", definition.timeoutSeconds() + "s");
        settings.put("layers", joined(definition.layers()));
        settings.put("role", definition.role());
        settings.put("bootstrap", definition.code());
        return settings;
    }

    @Override
    public Rate startRate() {
        return config().lambda().rate();
    }

    /** The published version with the bootstrap's code, made if there is none, and what it will really use. */
    private String version(Work work, String name, Definition definition) throws CannotStart, Busy {
        var lambda = clients.lambda(work.boundary().region());
        try {
            ensureFunction(work, lambda, name, definition);
            limit(work, lambda, name, definition);
            var published = Clients.get(lambda.publishVersion(request -> request.functionName(name)
                            .codeSha256(bootstrap.archiveSha256())
                            .overrideConfiguration(o -> as(work, o))))
                    .version();
            deliverOnce(work, lambda, name, published);
            var found = active(work, lambda, name, published);
            check(work, found, definition);
            return published;
        } catch (SdkException e) {
            throw Failures.inPreparing("its function " + name + " can't be had", e);
        }
    }

    private void ensureFunction(Work work, LambdaAsyncClient lambda, String name, Definition definition)
            throws CannotStart, Busy {
        try {
            Clients.get(lambda.getFunctionConfiguration(
                    request -> request.functionName(name).overrideConfiguration(o -> as(work, o))));
        } catch (ResourceNotFoundException e) {
            try {
                create(work, lambda, name, definition);
            } catch (ResourceConflictException made) {
                // Another start made it at the same time.
            }
        }
        active(work, lambda, name, null);
    }

    private void create(Work work, LambdaAsyncClient lambda, String name, Definition definition) {
        Clients.get(lambda.createFunction(request -> request.functionName(name)
                .runtime(definition.runtime())
                .role(definition.role())
                .handler(Bootstrap.FILE.replace(".py", "") + ".handler")
                .code(code -> code.zipFile(SdkBytes.fromByteArray(bootstrap.archive())))
                .architecturesWithStrings(definition.architecture())
                .memorySize(definition.memoryMiB())
                .timeout(definition.timeoutSeconds())
                .layers(definition.layers())
                .vpcConfig(vpc -> vpc.subnetIds(definition.subnets()).securityGroupIds(definition.securityGroups()))
                .tags(Map.of("barecount:boundary", work.boundary().name()))
                .overrideConfiguration(o -> as(work, o))));
    }

    /** Repeated for a function that is there, as it may have been made without. */
    private void limit(Work work, LambdaAsyncClient lambda, String name, Definition definition) {
        if (definition.concurrency() != null) {
            Clients.get(lambda.putFunctionConcurrency(request -> request.functionName(name)
                    .reservedConcurrentExecutions(definition.concurrency())
                    .overrideConfiguration(o -> as(work, o))));
        }
    }

    /** Of invocations that Lambda queues: what is tried again, and when, is the platform's to say. */
    private void deliverOnce(Work work, LambdaAsyncClient lambda, String name, String version) {
        Clients.get(lambda.putFunctionEventInvokeConfig(request -> request.functionName(name)
                .qualifier(version)
                .maximumRetryAttempts(0)
                .maximumEventAgeInSeconds((int) QUEUED_MAX.toSeconds())
                .overrideConfiguration(o -> as(work, o))));
    }

    /** A function is made in the background. @param version null for the one that is being worked on */
    private GetFunctionConfigurationResponse active(Work work, LambdaAsyncClient lambda, String name, String version)
            throws CannotStart, Busy {
        var until = System.nanoTime() + ACTIVE_WITHIN.toNanos();
        while (true) {
            var found = Clients.get(lambda.getFunctionConfiguration(
                    request -> request.functionName(name).qualifier(version).overrideConfiguration(o -> as(work, o))));
            if (found.state() == null || found.state() == State.ACTIVE) {
                return found;
            }
            if (found.state() == State.FAILED) {
                throw new CannotStart(
                        FailureClass.NOT_STARTED,
                        "function " + name + " could not be made: " + found.stateReasonCodeAsString() + ", "
                                + found.stateReason());
            }
            if (System.nanoTime() > until) {
                throw new Busy("function " + name + " is still " + found.stateAsString(), null);
            }
            pause();
        }
    }

    private static void pause() throws Busy {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Busy("the gateway is stopping", e);
        }
    }

    private void check(Work work, GetFunctionConfigurationResponse found, Definition definition) throws CannotStart {
        var vpc = found.vpcConfig();
        inside(
                work,
                "function " + found.functionName() + " version " + found.version(),
                vpc == null
                        ? new Placement(null, List.of(), List.of(), null)
                        : new Placement(
                                vpc.vpcId() == null || vpc.vpcId().isEmpty() ? null : vpc.vpcId(),
                                vpc.subnetIds(),
                                vpc.securityGroupIds(),
                                null));
        if (!bootstrap.archiveSha256().equals(found.codeSha256())) {
            throw CannotStart.violation("function " + found.functionName() + " version " + found.version()
                    + " has other code than the gateway gave it: " + found.codeSha256());
        }
        if (!definition.role().equals(found.role())) {
            throw CannotStart.violation(
                    "function " + found.functionName() + " has role " + found.role() + ", not " + definition.role());
        }
    }

    @Override
    CompletionStage<StartOutcome> call(StartRequest request, Work work) {
        var event = Json.bytes(told(request, work));
        return clients.invoking(request.region())
                .invoke(invoke -> invoke.functionName(request.setting("function"))
                        .qualifier(request.setting("version"))
                        .invocationType(request.setting("invocation"))
                        .logType(request.setting("invocation").equals(SYNC) ? LogType.TAIL : null)
                        .payload(SdkBytes.fromByteArray(event))
                        .overrideConfiguration(o -> as(work, o)))
                .handle((answer, failure) -> failure == null ? outcome(request, answer) : Failures.outcome(failure));
    }

    /** A function that fails is answered with 200 as well (API reference of Invoke). */
    private static StartOutcome outcome(StartRequest request, InvokeResponse answer) {
        var handle = request.setting("function") + ":" + request.setting("version") + "#"
                + answer.responseMetadata().requestId();
        var status = answer.statusCode() == null ? 0 : answer.statusCode();
        if (status == QUEUED && request.setting("invocation").equals(ASYNC)) {
            return StartOutcome.Accepted.of(handle);
        }
        if (status != DONE || answer.executedVersion() == null) {
            return new StartOutcome.Unknown("Lambda answered with status " + answer.statusCode() + " and no version");
        }
        var failed = answer.functionError() != null;
        return new StartOutcome.Accepted(
                handle,
                new Observation.Ended(
                        failed ? 1 : 0,
                        failed
                                ? "the function failed (" + answer.functionError() + "): " + lastWords(answer)
                                : "the function returned: " + lastWords(answer)));
    }

    private static String lastWords(InvokeResponse answer) {
        var words = answer.payload() == null ? "" : answer.payload().asString(StandardCharsets.UTF_8);
        if (answer.logResult() != null) {
            words += " " + new String(Base64.getDecoder().decode(answer.logResult()), StandardCharsets.UTF_8).strip();
        }
        return words.length() <= LAST_WORDS_MAX ? words : "…" + words.substring(words.length() - LAST_WORDS_MAX);
    }

    @Override
    public StartOutcome recover(StartRequest request, Work work, Instant intendedAt) {
        return new StartOutcome.Unknown("Lambda gave no usable answer, and can't be asked about an invocation");
    }

    /** A function that was invoked and has not claimed its attempt by its own timeout never will. */
    @Override
    public Duration doubtMax(Work work, Duration usual) {
        var function = work.spec()
                .manifest()
                .spec()
                .execution()
                .timeout()
                .plusSeconds(OVERHEAD_SECONDS)
                .plus(invocation().equals(ASYNC) ? QUEUED_MAX : Duration.ZERO)
                .plus(DOUBT_BEYOND_TIMEOUT);
        return function.compareTo(usual) > 0 ? function : usual;
    }

    /**
     * Lambda can't be asked: the answer to the invocation and the workload's own reports are all there is. But of a queued invocation it
     * is known when it must be over, as it is neither delivered later nor runs for longer than its version lets it.
     */
    @Override
    public Map<String, Observation> observe(Collection<Followed> followed) {
        var now = Clock.systemUTC().instant();
        var over = new HashMap<String, Observation>();
        followed.stream()
                .filter(one -> ASYNC.equals(one.request().settings().get("invocation")))
                .filter(one -> one.since()
                        .plus(QUEUED_MAX)
                        .plus(functionTimeout(one.request()))
                        .plus(DOUBT_BEYOND_TIMEOUT)
                        .isBefore(now))
                .forEach(one -> over.put(
                        one.handle(),
                        new Observation.Ended(
                                null,
                                "Lambda has either not delivered it in time or ended it at the function's timeout")));
        return over;
    }

    private static Duration functionTimeout(StartRequest request) {
        return Duration.ofSeconds(
                Long.parseLong(request.setting("functionTimeout").replace("s", "")));
    }

    /** Lambda has no call for it: the workload is told with the answer to its next beat. */
    @Override
    public void stop(Followed followed) {}
}
