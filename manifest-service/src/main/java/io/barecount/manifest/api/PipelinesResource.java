package io.barecount.manifest.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.access.Allow;
import io.barecount.access.Role;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Change;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.signature.ManifestSignature;
import io.barecount.manifest.document.Source;
import io.barecount.manifest.document.Spot;
import io.barecount.manifest.document.Utf8;
import io.barecount.manifest.document.Violations;
import io.barecount.manifest.redaction.Quoted;
import io.barecount.manifest.registry.Deprecation;
import io.barecount.manifest.registry.PipelineInput;
import io.barecount.manifest.registry.PipelineName;
import io.barecount.manifest.signing.Signing;
import io.barecount.manifest.store.PipelineRow;
import io.barecount.manifest.store.PipelineVersionRow;
import io.barecount.manifest.store.RegisteredPipelines;
import io.barecount.manifest.store.RegisteredPipelines.Filter;
import io.barecount.manifest.store.RegisteredPipelines.Outcome;
import io.barecount.manifest.submission.Intake;
import io.barecount.manifest.validation.ManifestValidation;
import io.barecount.manifest.validation.ManifestValidation.Result;
import io.barecount.messaging.http.Caller;
import io.barecount.messaging.http.JsonBody;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Registered pipelines. A version is never changed; which one is current is changed by registering another or by rolling back to one that
 * was there before.
 */
@Path("/pipelines")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class PipelinesResource {
    /** The header with a signature of the manifest, as {@link ManifestSignature#text} writes it. */
    static final String SIGNATURE = "Manifest-Signature";

    private static final int LISTED_MAX = 500;
    private static final int WORDS_MAX = 10;
    private static final Pattern START_OF_DIGEST = Pattern.compile("(sha256:)?([0-9a-f]{6,64})");

    /** RFC 9110, section 5.6.7: the JDK's own leaves out the leading zero of a day. */
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final RegisteredPipelines pipelines;
    private final ManifestValidation validation;
    private final Signing signing;
    private final Caller caller;

    PipelinesResource(RegisteredPipelines pipelines, ManifestValidation validation, Signing signing, Caller caller) {
        this.caller = caller;
        this.signing = signing;
        this.pipelines = pipelines;
        this.validation = validation;
    }

    /** @param current whether a submission by the pipeline's name runs it */
    record Version(String version, Instant registeredAt, boolean current) {}

    /**
     * @param revision counts what was changed of it
     * @param registeredAt when this version became current
     * @param deprecation null as long as it may be used
     */
    record Listed(
            String namespace,
            String name,
            String version,
            long revision,
            Instant registeredAt,
            String owner,
            RunnerType runner,
            String boundary,
            Deprecation deprecation) {
        static Listed of(PipelineRow row) {
            var spec = row.toManifest().spec();
            return new Listed(
                    row.namespace,
                    row.name,
                    row.version,
                    row.revision,
                    row.registeredAt,
                    spec.owner().team(),
                    spec.runner().type(),
                    spec.network().boundary(),
                    row.toDeprecation());
        }
    }

    /** @param next to be given as {@code cursor} for what follows; null if nothing does */
    record Page(List<Listed> pipelines, String next) {}

    /** @param next to be given as {@code cursor} for what follows; null if nothing does */
    record Versions(String namespace, String name, List<Version> versions, String next) {}

    /** @param next to be given as {@code cursor} for what follows; null if nothing does */
    record Changes(String namespace, String name, List<Changed> changes, String next) {}

    /**
     * @param kind {@code registered}, {@code rolled-back}, {@code deprecated} or {@code reinstated}
     * @param version that is current since then
     */
    record Changed(long revision, String kind, String version, String by, String reason, Instant at) {}

    /** @param changes of values, in the order of the manifest */
    record Difference(String from, String to, List<ChangedValue> changes) {}

    /** @param part of the manifest: {@code runner}, {@code network}, {@code cost}, {@code triggers}, ... */
    record ChangedValue(String part, String path, JsonNode before, JsonNode after) {}

    /** @param versions the newest first */
    record Pipeline(
            String namespace,
            String name,
            String version,
            long revision,
            Instant registeredAt,
            Deprecation deprecation,
            Manifest manifest,
            List<Version> versions) {}

    @PUT
    @Allow(value = Role.DEVELOPER, in = Allow.Scope.PATH)
    @Path("/{namespace}/{name}")
    @Consumes({
        MediaType.APPLICATION_JSON,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        "text/x-yaml",
        MediaType.TEXT_PLAIN
    })
    public Response register(
            byte[] body,
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @HeaderParam(SIGNATURE) String signature) {
        var text = Utf8.decode(body);
        if (text.isEmpty()) {
            return Problems.unreadable(Intake.unreadable("syntax", "the bytes are no UTF-8 text"))
                    .response();
        }
        return switch (validation.validate(text.get())) {
            case Result.Unreadable(var violations) -> ValidationResource.unreadable(violations);
            case Result.Invalid(var violations) -> Problems.invalid(violations).response();
            case Result.Valid(var manifest) ->
                manifest.namespace().equals(namespace) && manifest.name().equals(name)
                        ? register(manifest, signature, new PipelineName(namespace, name))
                        : otherName(manifest, text.get());
        };
    }

    private Response register(Manifest manifest, String signatureText, PipelineName name) {
        var now = Instant.now();
        var violations = new Violations();
        Envelope signature = null;
        try {
            signature = signing.check(
                    manifest,
                    signatureText == null ? null : ManifestSignature.ofText(signatureText),
                    now,
                    Spot.UNKNOWN,
                    violations);
        } catch (IllegalArgumentException e) {
            Signing.malformed(e.getMessage(), Spot.UNKNOWN, violations);
        }
        return violations.isEmpty()
                ? answer(
                        name,
                        pipelines.apply(name, new PipelineInput.Register(manifest, signature, caller.subject()), now))
                : Problems.invalid(violations.toList()).response();
    }

    /** What it is now, or why nothing was changed. */
    private Response answer(PipelineName name, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done(var state, var newVersion) ->
                Response.status(newVersion ? 201 : 200)
                        .entity(Listed.of(pipelines.row(name).orElseThrow()))
                        .build();
            case Outcome.MovedOn(var expected, var current) ->
                Problem.of(
                                409,
                                "moved-on",
                                "Another version is current",
                                "The version to be left was " + expected + ", the current one is " + current
                                        + ". Nothing was done; look at it and say 'from' again, or leave it out.")
                        .response();
            case Outcome.HookTaken(var hook, var owner) ->
                Problem.of(
                                409,
                                "hook-taken",
                                "Webhook in use",
                                "The webhook " + hook + " belongs to the pipeline " + owner
                                        + ". Nothing was stored; choose another name in spec.triggers.")
                        .response();
        };
    }

    private static Response otherName(Manifest manifest, String text) {
        var spot = Source.read(text, Source.SIZE_MAX).spot().at("/metadata/name");
        return Problems.invalid(List.of(new Violation(
                        "other-name",
                        "/metadata/name",
                        spot.line(),
                        spot.column(),
                        "the manifest is called " + manifest.namespace() + "/" + manifest.name()
                                + ", the address says another name",
                        "put it to /pipelines/" + manifest.namespace() + "/" + manifest.name())))
                .response();
    }

    /**
     * In the order of their names.
     *
     * @param q words, all of which have to be found in its name, owner, runner or boundary
     * @param deprecated true for those that are, false for the others; all unless it is said
     */
    @GET
    @Allow(in = Allow.Scope.OBJECT)
    public Page list(
            @QueryParam("namespace") String namespace,
            @QueryParam("q") @DefaultValue("") String q,
            @QueryParam("deprecated") String deprecated,
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @DefaultValue("") String cursor) {
        var words = q.isBlank() ? List.<String>of() : List.of(q.strip().split("\\s+"));
        if (words.size() > WORDS_MAX) {
            throw Problems.invalidRequest("'q' takes up to " + WORDS_MAX + " words, found " + words.size() + ".")
                    .exception();
        }
        var most = limit(limit);
        var filter = new Filter(caller.within(namespace), words, truth(deprecated));
        var found = pipelines.list(filter, cursor, most + 1).stream()
                .map(Listed::of)
                .toList();
        return found.size() <= most
                ? new Page(found, null)
                : new Page(
                        found.subList(0, most),
                        found.get(most - 1).namespace() + "/"
                                + found.get(most - 1).name());
    }

    @GET
    @Allow(in = Allow.Scope.PATH)
    @Path("/{namespace}/{name}")
    public Response get(@PathParam("namespace") String namespace, @PathParam("name") String name) {
        var row = known(new PipelineName(namespace, name));
        var answer = Response.ok(new Pipeline(
                row.namespace,
                row.name,
                row.version,
                row.revision,
                row.registeredAt,
                row.toDeprecation(),
                row.toManifest(),
                versions(row, 0, LISTED_MAX)));
        return row.deprecation == null ? answer.build() : deprecated(answer, row);
    }

    /** As RFC 9745 and RFC 8594 tell programs of it. */
    private static Response deprecated(Response.ResponseBuilder answer, PipelineRow row) {
        var deprecation = row.toDeprecation();
        answer.header("Deprecation", "@" + deprecation.at().getEpochSecond());
        if (deprecation.refusedFrom() != null) {
            answer.header("Sunset", HTTP_DATE.format(deprecation.refusedFrom()));
        }
        if (deprecation.successor() != null) {
            answer.link("/pipelines/" + row.namespace + "/" + deprecation.successor(), "successor-version");
        }
        return answer.build();
    }

    /** The newest first. */
    @GET
    @Allow(in = Allow.Scope.PATH)
    @Path("/{namespace}/{name}/versions")
    public Versions versions(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @DefaultValue("0") String cursor) {
        var row = known(new PipelineName(namespace, name));
        var most = limit(limit);
        var skip = number("cursor", cursor, 0, Integer.MAX_VALUE - LISTED_MAX - 1);
        var found = versions(row, skip, most + 1);
        return found.size() <= most
                ? new Versions(namespace, name, found, null)
                : new Versions(namespace, name, found.subList(0, most), Integer.toString(skip + most));
    }

    private List<Version> versions(PipelineRow of, int skip, int most) {
        return pipelines.versions(new PipelineName(of.namespace, of.name), skip, most).stream()
                .map(row -> new Version(row.version, row.registeredAt, row.version.equals(of.version)))
                .toList();
    }

    /** @param version its digest, or the start of it: six digits at least */
    @GET
    @Allow(in = Allow.Scope.PATH)
    @Path("/{namespace}/{name}/versions/{version}")
    public Manifest version(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @PathParam("version") String version) {
        return known(new PipelineName(namespace, name), version).toManifest();
    }

    /**
     * What differs between two versions, once defaults are filled in.
     *
     * @param from a version, or the start of its digest
     * @param to a version; the current one unless it is said
     */
    @GET
    @Allow(in = Allow.Scope.PATH)
    @Path("/{namespace}/{name}/diff")
    public Difference diff(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @QueryParam("from") String from,
            @QueryParam("to") String to) {
        var pipeline = new PipelineName(namespace, name);
        var current = known(pipeline);
        if (from == null) {
            throw Problems.invalidRequest("Say 'from', a version of the pipeline, such as " + current.version + ".")
                    .exception();
        }
        var before = known(pipeline, from);
        var after = known(pipeline, to == null ? current.version : to);
        return new Difference(
                before.version,
                after.version,
                Change.between(before.toManifest(), after.toManifest()).stream()
                        .map(change -> new ChangedValue(change.part(), change.path(), change.before(), change.after()))
                        .toList());
    }

    /** What was decided of it, the last first: registrations, roll backs, deprecations. */
    @GET
    @Allow(in = Allow.Scope.PATH)
    @Path("/{namespace}/{name}/changes")
    public Changes changes(
            @PathParam("namespace") String namespace,
            @PathParam("name") String name,
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") String cursor) {
        var pipeline = new PipelineName(namespace, name);
        known(pipeline);
        var most = limit(limit);
        var before = cursor == null ? Long.MAX_VALUE : number("cursor", cursor, 0, Integer.MAX_VALUE);
        var found = pipelines.changes(pipeline, before, most + 1).stream()
                .map(row -> new Changed(row.revision, row.kind, row.version, row.by, row.reason, row.at))
                .toList();
        return found.size() <= most
                ? new Changes(namespace, name, found, null)
                : new Changes(
                        namespace,
                        name,
                        found.subList(0, most),
                        Long.toString(found.get(most - 1).revision()));
    }

    /**
     * Makes an older version the current one: {@code version} and {@code reason}; with {@code from}, only if that one is current still.
     * It has to be valid by today's rules. What is current already stays so: a repeat does nothing.
     */
    @POST
    @Allow(
            value = {Role.DEVELOPER, Role.OPERATOR},
            in = Allow.Scope.PATH)
    @Path("/{namespace}/{name}/rollback")
    @Consumes(MediaType.WILDCARD)
    public Response rollBack(@PathParam("namespace") String namespace, @PathParam("name") String name, String body) {
        var asked = JsonBody.of(body, "{\"version\": \"sha256:...\", \"reason\": \"the new one doubles the cost\"}");
        var pipeline = new PipelineName(namespace, name);
        known(pipeline);
        var reason = asked.reason();
        var version = known(pipeline, asked.text("version"));
        var to = version.toManifest();
        var from = asked.has("from") ? Digest.parse(known(pipeline, asked.text("from")).version) : null;
        return switch (validation.validate(Json.text(to))) {
            case Result.Valid valid ->
                answer(
                        pipeline,
                        pipelines.apply(
                                pipeline,
                                new PipelineInput.RollBack(to, version.toSignature(), from, caller.subject(), reason),
                                Instant.now()));
            case Result.Invalid(var violations) -> Problems.invalid(violations).response();
            case Result.Unreadable(var violations) -> ValidationResource.unreadable(violations);
        };
    }

    /**
     * Says that a pipeline is not to be used any more: {@code reason}; {@code successor}, another pipeline of the namespace; {@code
     * refusedFrom}, from when submissions by its name are refused and not just warned. Said again, the later one holds.
     */
    @POST
    @Allow(
            value = {Role.DEVELOPER, Role.OPERATOR},
            in = Allow.Scope.PATH)
    @Path("/{namespace}/{name}/deprecate")
    @Consumes(MediaType.WILDCARD)
    public Response deprecate(@PathParam("namespace") String namespace, @PathParam("name") String name, String body) {
        var asked = JsonBody.of(body, "{\"reason\": \"orders-2 reads the new feed\", \"successor\": \"orders-2\"}");
        var pipeline = new PipelineName(namespace, name);
        known(pipeline);
        var wanted = new PipelineInput.Deprecate(
                successor(pipeline, asked), time(asked, "refusedFrom"), caller.subject(), asked.reason());
        return answer(pipeline, pipelines.apply(pipeline, wanted, Instant.now()));
    }

    private String successor(PipelineName of, JsonBody asked) {
        if (asked.at("successor").isMissingNode() || asked.at("successor").isNull()) {
            return null;
        }
        var successor = asked.text("successor");
        if (successor.equals(of.name())
                || pipelines.row(new PipelineName(of.namespace(), successor)).isEmpty()) {
            throw Problems.invalidRequest("The field 'successor' names another pipeline of the namespace "
                            + of.namespace() + " that is registered; found " + Quoted.text(successor) + ".")
                    .exception();
        }
        return successor;
    }

    private static Instant time(JsonBody asked, String field) {
        if (asked.at(field).isMissingNode() || asked.at(field).isNull()) {
            return null;
        }
        try {
            return Instant.parse(asked.text(field));
        } catch (DateTimeParseException e) {
            throw Problems.invalidRequest(
                            "The field '" + field + "' is a time in UTC such as 2026-12-31T00:00:00Z; found "
                                    + Quoted.text(asked.text(field)) + ".")
                    .exception();
        }
    }

    /** Takes a deprecation back: {@code reason}. */
    @POST
    @Allow(
            value = {Role.DEVELOPER, Role.OPERATOR},
            in = Allow.Scope.PATH)
    @Path("/{namespace}/{name}/reinstate")
    @Consumes(MediaType.WILDCARD)
    public Response reinstate(@PathParam("namespace") String namespace, @PathParam("name") String name, String body) {
        var reason =
                JsonBody.of(body, "{\"reason\": \"the new one is not ready\"}").reason();
        var pipeline = new PipelineName(namespace, name);
        known(pipeline);
        return answer(
                pipeline,
                pipelines.apply(pipeline, new PipelineInput.Reinstate(caller.subject(), reason), Instant.now()));
    }

    private PipelineRow known(PipelineName name) {
        return pipelines
                .row(name)
                .orElseThrow(() -> Problems.notFound(
                                "No pipeline of this name is registered.",
                                "Register it: PUT its manifest to /pipelines/<namespace>/<name>.")
                        .exception());
    }

    private PipelineVersionRow known(PipelineName name, String version) {
        var start = START_OF_DIGEST.matcher(version);
        var found =
                start.matches() ? pipelines.version(name, "sha256:" + start.group(2)) : List.<PipelineVersionRow>of();
        if (found.size() > 1) {
            throw Problems.invalidRequest("More than one version begins with " + version + ". Say more of its digest.")
                    .exception();
        }
        return found.stream()
                .findFirst()
                .orElseThrow(() -> Problems.notFound(
                                "There is no version " + Quoted.text(version) + ".",
                                "GET /pipelines/" + name
                                        + "/versions lists the versions; of a digest six digits are enough.")
                        .exception());
    }

    private static int limit(String text) {
        return number("limit", text, 1, LISTED_MAX);
    }

    private static int number(String parameter, String text, int least, int most) {
        try {
            var number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, as a number that is out of bounds is
        }
        throw Problems.invalidRequest("'" + parameter + "' is a number from " + least + " to " + most + ".")
                .exception();
    }

    private static Boolean truth(String text) {
        return switch (text) {
            case null -> null;
            case "true" -> true;
            case "false" -> false;
            default ->
                throw Problems.invalidRequest("'deprecated' is true or false.").exception();
        };
    }
}
