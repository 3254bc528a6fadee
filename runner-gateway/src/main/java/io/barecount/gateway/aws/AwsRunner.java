package io.barecount.gateway.aws;

import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.proof.Digest;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.boundary.BoundaryCheck;
import io.barecount.gateway.boundary.BoundaryReader;
import io.barecount.gateway.boundary.Placement;
import io.barecount.gateway.runner.CannotStart;
import io.barecount.gateway.runner.Runner;
import io.barecount.gateway.runner.StartOutcome;
import io.barecount.gateway.runner.StartRequest;
import io.barecount.gateway.runner.Work;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import software.amazon.awssdk.core.exception.SdkException;

/** What the runners of Amazon Web Services have in common. */
abstract class AwsRunner implements Runner {
    static final String PLATFORM_TAG = "barecount:platform";
    static final String ATTEMPT_TAG = "barecount:attempt";
    private static final int NAME_MAX = 40;
    private static final int TAG_MAX = 256;

    private final GatewayConfig config;
    private final BoundaryReader networks;
    private final Sessions sessions;
    final Clients clients;

    AwsRunner(GatewayConfig config, Clients clients, Sessions sessions, BoundaryReader networks) {
        this.config = config;
        this.clients = clients;
        this.sessions = sessions;
        this.networks = networks;
    }

    @Override
    public final String provider() {
        return "aws";
    }

    @Override
    public final StartRequest prepare(Work work, String token, String claimToken) throws CannotStart, Busy {
        checkNetwork(work);
        assumeRole(work);
        return request(work, token, claimToken, resolve(work));
    }

    @Override
    public final Optional<StartRequest> ready(Work work, String token, String claimToken) {
        var facts = networks.known(work.boundary(), networkNotOlderThan());
        if (facts.isEmpty()
                || !(recognisesTokens() || sessions.isOpen(work))
                || !BoundaryCheck.violations(work.boundary(), facts.get()).isEmpty()) {
            return Optional.empty();
        }
        try {
            return known(work).map(settings -> request(work, token, claimToken, settings));
        } catch (CannotStart e) {
            return Optional.empty();
        }
    }

    private StartRequest request(Work work, String token, String claimToken, Map<String, String> resolved) {
        var placement = new Placement(
                work.boundary().vpc(),
                work.boundary().subnets(),
                work.boundary().securityGroups(),
                false);
        var settings = new TreeMap<String, String>();
        settings.put("region", work.boundary().region());
        settings.put("session", sessions.name(work));
        settings.put(
                "timeout", work.spec().manifest().spec().execution().timeout().toString());
        settings.putAll(resolved);
        return StartRequest.of(type(), work.boundary().region(), token, claimToken, settings, placement);
    }

    /** Provisions and pins what the start will name, and reads back whether it is in the boundary. */
    abstract Map<String, String> resolve(Work work) throws CannotStart, Busy;

    /** As {@link #resolve}, of what was provisioned and read back before and can't change; empty if anything has to be asked. */
    Optional<Map<String, String>> known(Work work) throws CannotStart {
        return Optional.empty();
    }

    /**
     * Whether what became of a call can be found out by making it again. Where it can't, nothing that takes long comes between the stored
     * request and the call, as whoever dies there leaves a doubt.
     */
    boolean recognisesTokens() {
        return false;
    }

    /** So that it is there, or refused, before anything is provisioned with it. */
    private void assumeRole(Work work) throws CannotStart, Busy {
        try {
            sessions.assume(work);
        } catch (SdkException e) {
            throw Failures.inPreparing("the role of the run's session can't be assumed", e);
        }
    }

    @Override
    public final CompletionStage<StartOutcome> start(StartRequest request, Work work) {
        try {
            sessions.assume(work);
            return call(request, work);
        } catch (SdkException e) {
            return CompletableFuture.completedStage(Failures.outcomeOfUnsent(e));
        }
    }

    /** Sends it; never completes exceptionally. */
    abstract CompletionStage<StartOutcome> call(StartRequest request, Work work);

    /** The same request again: only what was taken is an answer, as a refusal of the second call says nothing about the first. */
    final StartOutcome again(StartRequest request, Work work) {
        var outcome = start(request, work).toCompletableFuture().join();
        return switch (outcome) {
            case StartOutcome.Accepted accepted -> accepted;
            case StartOutcome.Unknown unknown -> unknown;
            case StartOutcome.Refused refused -> new StartOutcome.Unknown(refused.reason());
            case StartOutcome.Busy busy -> new StartOutcome.Unknown(busy.reason());
        };
    }

    private void checkNetwork(Work work) throws CannotStart, Busy {
        try {
            var facts = networks.read(work.boundary(), networkNotOlderThan());
            inside(BoundaryCheck.violations(work.boundary(), facts));
        } catch (BoundaryReader.CannotSay e) {
            if (e.passing()) {
                throw new Busy(e.getMessage(), e);
            }
            throw CannotStart.violation(e.getMessage() + "; what can't be checked is not started");
        }
    }

    private Instant networkNotOlderThan() {
        return Clock.systemUTC().instant().minus(config.drive().networkKnownFor());
    }

    /** @throws CannotStart if it is elsewhere */
    static void inside(Work work, String what, Placement found) throws CannotStart {
        inside(BoundaryCheck.violations(work.boundary(), found).stream()
                .map(violation -> what + ": " + violation)
                .toList());
    }

    private static void inside(List<String> violations) throws CannotStart {
        if (!violations.isEmpty()) {
            throw CannotStart.violation(String.join("; ", violations));
        }
    }

    final void as(Work work, software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration.Builder request) {
        sessions.as(work, request);
    }

    /** As the tag has it. */
    final String platform() {
        return tagValue(config.platform());
    }

    final GatewayConfig.Aws config() {
        return config.aws();
    }

    static String required(Optional<String> value, String key) throws CannotStart {
        return value.orElseThrow(() -> new CannotStart(
                FailureClass.NOT_STARTED,
                "the gateway is not set up for this runner: barecount.gateway.aws." + key + " is not set"));
    }

    /** What a started workload is told, whatever runner it is on. */
    final Map<String, String> told(StartRequest request, Work work) {
        var told = new LinkedHashMap<String, String>();
        told.put("BARECOUNT_GATEWAY", config.aws().gatewayUrl().orElseThrow().toString());
        told.put("BARECOUNT_ATTEMPT", work.attempt().toString());
        told.put("BARECOUNT_CLAIM", request.claimToken());
        return told;
    }

    /**
     * A name for what is provisioned for a pipeline: the same for the same configuration, another for another, so that what runs is
     * never changed under a run.
     */
    static String nameOf(Work work, Object configuration) {
        var name =
                "barecount-" + work.namespace() + "-" + work.spec().manifest().name();
        return name.substring(0, Math.min(name.length(), NAME_MAX)) + "-"
                + Digest.ofCanonical(configuration).hex().substring(0, 12);
    }

    /** Keys and values as AWS takes them for all its services: at most 256 characters, of a limited set. */
    final Map<String, String> tags(Work work) {
        var tags = new TreeMap<String, String>();
        tags.put(PLATFORM_TAG, config.platform());
        tags.put(ATTEMPT_TAG, work.attempt().toString());
        tags.put("barecount:run", work.attempt().run().toString());
        tags.put("barecount:namespace", work.namespace());
        tags.put("barecount:pipeline", work.spec().manifest().name());
        tags.put("barecount:boundary", work.boundary().name());
        tags.put("barecount:cost-center", work.spec().manifest().spec().owner().costCenter());
        tags.replaceAll((key, value) -> tagValue(value));
        return tags;
    }

    static String tagValue(String text) {
        var value = text.replaceAll("[^\\p{L}\\p{Z}\\p{N}_.:/=+@-]", "_");
        return value.substring(0, Math.min(value.length(), TAG_MAX));
    }

    static String joined(List<String> ids) {
        return String.join(",", ids);
    }

    static List<String> split(String joined) {
        return joined.isEmpty() ? List.of() : List.of(joined.split(","));
    }
}
