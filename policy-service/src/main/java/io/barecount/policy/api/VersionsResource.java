package io.barecount.policy.api;

import io.barecount.access.Allow;
import io.barecount.access.Role;
import io.barecount.contracts.proof.Digest;
import io.barecount.messaging.http.Answers;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.JsonBody;
import io.barecount.messaging.http.Problem;
import io.barecount.messaging.stage.Input;
import io.barecount.messaging.stage.Stage;
import io.barecount.policy.LiveGovernance;
import io.barecount.policy.PolicyConfig;
import io.barecount.policy.decision.Objection;
import io.barecount.policy.replay.Report;
import io.barecount.policy.store.Shadows;
import io.barecount.policy.store.Versions;
import io.barecount.policy.store.VersionsRow;
import io.barecount.policy.version.Candidate;
import io.barecount.policy.version.Version;
import io.barecount.policy.version.VersionsInput;
import io.barecount.policy.version.VersionsState;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Versions of what decides: checked, proposed, tried in shadow, promoted. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class VersionsResource {
    private static final String FILES =
            "{\"files\": {\"policies/baseline.yaml\": \"apiVersion: ...\"}, \"reason\": \"the new region\"}";
    private static final String REASON = "{\"reason\": \"replayed over a month, agreed with finance\"}";
    private static final int LISTED_MAX = 200;

    private final LiveGovernance governance;
    private final Versions versions;
    private final Shadows shadows;
    private final Stage<VersionsState, VersionsInput> stage;
    private final PolicyConfig config;
    private final Caller caller;

    VersionsResource(
            LiveGovernance governance,
            Versions versions,
            Shadows shadows,
            Stage<VersionsState, VersionsInput> stage,
            PolicyConfig config,
            Caller caller) {
        this.governance = governance;
        this.versions = versions;
        this.shadows = shadows;
        this.stage = stage;
        this.config = config;
        this.caller = caller;
    }

    /**
     * @param version that these documents are
     * @param rules how many
     * @param live whether it is what decides now
     */
    public record Checked(Digest version, Version parts, int rules, boolean live) {}

    /** Checks documents, and changes nothing: what is refused here would be refused as a proposal. */
    @POST
    @Path("policies/check")
    @Allow(in = Allow.Scope.ANY)
    @Consumes(MediaType.WILDCARD)
    public Checked check(String body) {
        var candidate = Candidates.check(governance, Candidates.files(JsonBody.of(body, FILES)));
        var version = Version.of(candidate);
        return new Checked(
                version.digest(),
                version,
                candidate.rules().sets().stream()
                        .mapToInt(set -> set.rules().size())
                        .sum(),
                version.digest().equals(state().live()));
    }

    /** @param promoted null unless it is live */
    public record Listed(
            Digest version,
            Version parts,
            Instant proposedAt,
            String proposedBy,
            String reason,
            boolean live,
            boolean shadow,
            Promotion promoted) {}

    public record Promotion(Instant at, String by, String reason) {}

    /** The latest first. */
    @GET
    @Path("policies/versions")
    @Allow(in = Allow.Scope.ANY)
    public List<Listed> list() {
        var state = state();
        return versions.latest(LISTED_MAX).stream()
                .map(stored -> listed(stored, state))
                .toList();
    }

    /** @param files as they were written */
    public record Whole(Listed version, Map<String, String> files) {}

    @GET
    @Path("policies/versions/{version}")
    @Allow(in = Allow.Scope.ANY)
    public Whole get(@PathParam("version") String version) {
        var stored = Candidates.version(version, versions);
        return new Whole(
                listed(stored, state()), versions.files(stored.digest()).orElseThrow());
    }

    /** Stores documents as a version, once they have passed every check. It decides nothing until it is promoted. */
    @POST
    @Path("policies/versions")
    @Allow(
            value = {Role.GOVERNANCE, Role.NETWORK},
            in = Allow.Scope.PLATFORM)
    @Consumes(MediaType.WILDCARD)
    public Listed propose(@HeaderParam("traceparent") String traceparent, String body) {
        var asked = JsonBody.of(body, FILES);
        var files = Candidates.files(asked);
        var candidate = Candidate.of(Candidates.check(governance, files), files.texts());
        var state = submit(new VersionsInput.Propose(candidate, caller.subject(), asked.reason()), traceparent);
        return listed(Candidates.version(candidate.version().digest().toString(), versions), state);
    }

    /**
     * Has a version decide from now on, in all instances. Whoever proposed it may not, where people say who they are. It is checked again: what
     * can't decide leaves the live version as it is.
     */
    @POST
    @Path("policies/versions/{version}/promote")
    @Allow(value = Role.GOVERNANCE, in = Allow.Scope.PLATFORM)
    @Consumes(MediaType.WILDCARD)
    public Listed promote(
            @PathParam("version") String version, @HeaderParam("traceparent") String traceparent, String body) {
        var reason = JsonBody.of(body, REASON).reason();
        var stored = Candidates.version(version, versions);
        var candidate =
                Candidates.refusing(() -> governance.candidate(stored.digest())).orElseThrow();
        var promote =
                new VersionsInput.Promote(candidate, stored.proposedBy(), caller.subject(), caller.isAnybody(), reason);
        VersionsState.objection(state(), promote).ifPresent(VersionsResource::refuse);
        return listed(stored, submit(promote, traceparent));
    }

    /** Has a version judge each decision beside the live one, without any say in it, until another one is put there or {@code end} is. */
    @POST
    @Path("policies/versions/{version}/shadow")
    @Allow(value = Role.GOVERNANCE, in = Allow.Scope.PLATFORM)
    @Consumes(MediaType.WILDCARD)
    public Listed shadow(
            @PathParam("version") String version, @HeaderParam("traceparent") String traceparent, String body) {
        var reason = JsonBody.of(body, REASON).reason();
        var stored = Candidates.version(version, versions);
        Candidates.refusing(() -> governance.of(stored.digest()));
        return listed(stored, submit(new VersionsInput.Shadow(stored.digest(), caller.subject(), reason), traceparent));
    }

    /**
     * What the version in shadow says.
     *
     * @param version null if none is
     * @param report of all that it has judged; null if none is
     */
    public record Shadowed(Digest version, Instant since, Report report) {}

    @GET
    @Path("policies/shadow")
    @Allow(in = Allow.Scope.PLATFORM)
    public Shadowed shadow() {
        var state = state();
        if (state.shadow() == null) {
            return new Shadowed(null, null, null);
        }
        var candidate = Candidates.refusing(() -> governance.of(state.shadow())).orElseThrow();
        return new Shadowed(
                state.shadow(),
                state.shadowSince(),
                shadows.report(state.shadow(), candidate.rules().digest()));
    }

    @POST
    @Path("policies/shadow/end")
    @Allow(value = Role.GOVERNANCE, in = Allow.Scope.PLATFORM)
    @Consumes(MediaType.WILDCARD)
    public Shadowed endShadow(@HeaderParam("traceparent") String traceparent, String body) {
        var reason = JsonBody.of(body, REASON).reason();
        submit(new VersionsInput.Shadow(null, caller.subject(), reason), traceparent);
        return new Shadowed(null, null, null);
    }

    private static VersionsState state() {
        return VersionsRow.state()
                .orElseThrow(() -> new IllegalStateException("the service has started, and so a version is live"));
    }

    private VersionsState submit(VersionsInput input, String traceparent) {
        return Answers.within(
                config.answerWithin(),
                stage.submit(new Input<>(VersionsState.ID, input, UUID.randomUUID(), traceparent)),
                "change of what decides",
                "See GET /policies/versions");
    }

    private static Listed listed(Versions.Stored stored, VersionsState state) {
        var live = stored.digest().equals(state.live());
        return new Listed(
                stored.digest(),
                stored.parts(),
                stored.proposedAt(),
                stored.proposedBy(),
                stored.reason(),
                live,
                stored.digest().equals(state.shadow()),
                live ? new Promotion(state.since(), state.by(), state.reason()) : null);
    }

    private static void refuse(Objection objection) {
        var problem = switch (objection.kind()) {
            case CONFLICT -> Problem.of(409, objection.code(), "Nothing to promote", objection.detail());
            case FORBIDDEN -> Problem.of(403, objection.code(), "Two people are needed", objection.detail());
            case INVALID -> Problem.of(422, objection.code(), "Not possible", objection.detail());
        };
        throw problem.exception();
    }
}
