package io.barecount.manifest.api;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.proof.Digest;
import io.barecount.manifest.store.PipelineRow;
import io.barecount.manifest.store.Pipelines;
import io.barecount.manifest.store.Pipelines.HookTaken;
import io.barecount.manifest.validation.ManifestReader;
import io.barecount.manifest.validation.PipelineSchema;
import io.barecount.messaging.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;

/** Registered pipelines, and checking a manifest without registering it. */
@Path("/")
@RunOnVirtualThread
class PipelinesResource {
    private final Pipelines pipelines;

    PipelinesResource(Pipelines pipelines) {
        this.pipelines = pipelines;
    }

    /** @param version the digest of its canonical form */
    record Registered(String namespace, String name, String version, Instant registeredAt) {
        static Registered of(PipelineRow row) {
            return new Registered(row.namespace, row.name, row.version, row.registeredAt);
        }
    }

    record Detail(Manifest manifest, String version, List<Registered> versions) {}

    record Valid(boolean valid, Digest version, Manifest manifest) {}

    @GET
    @Path("pipelines")
    @Transactional
    public List<Registered> list() {
        return PipelineRow.all().stream().map(Registered::of).toList();
    }

    @GET
    @Path("pipelines/{namespace}/{name}")
    @Transactional
    public Detail show(@PathParam("namespace") String namespace, @PathParam("name") String name) {
        var versions = PipelineRow.versions(namespace, name);
        if (versions.isEmpty()) {
            throw Problem.of(
                            404,
                            "pipeline-unknown",
                            "No such pipeline",
                            "There is no pipeline " + name + " in namespace " + namespace + ".")
                    .exception();
        }
        var latest = versions.get(0);
        return new Detail(
                Json.read(latest.manifest, Manifest.class),
                latest.version,
                versions.stream().map(Registered::of).toList());
    }

    /** 201 for a new version, 200 if it is the latest already. */
    @PUT
    @Path("pipelines/{namespace}/{name}")
    @Consumes({"application/json", "application/yaml", "text/yaml", "application/x-yaml", "text/plain"})
    public Response register(@PathParam("namespace") String namespace, @PathParam("name") String name, byte[] body) {
        var manifest = read(body);
        if (!manifest.namespace().equals(namespace) || !manifest.name().equals(name)) {
            throw Door.invalid(List.of(new Violation(
                            "name-mismatch",
                            "/metadata/name",
                            0,
                            0,
                            "the manifest is of " + manifest.namespace() + "/" + manifest.name() + ", the address of "
                                    + namespace + "/" + name,
                            "use the same namespace and name in both")))
                    .exception();
        }
        try {
            var isNew = pipelines.register(manifest);
            return Response.status(isNew ? 201 : 200)
                    .entity(new Registered(namespace, name, manifest.digest().toString(), null))
                    .build();
        } catch (HookTaken e) {
            throw Problem.of(409, "webhook-taken", "Webhook taken", e.getMessage() + ". Choose another name.")
                    .exception();
        }
    }

    /** Would it be accepted? The normalised manifest, or all violations; nothing is kept. */
    @POST
    @Path("validate")
    @Consumes({"application/json", "application/yaml", "text/yaml", "application/x-yaml", "text/plain"})
    public Valid validate(byte[] body) {
        var manifest = read(body);
        return new Valid(true, manifest.digest(), manifest);
    }

    @GET
    @Path("schemas/pipeline-v1.schema.json")
    @Produces("application/schema+json")
    public String schema() {
        return PipelineSchema.text();
    }

    private static Manifest read(byte[] body) {
        var reading = ManifestReader.read(Door.text(body));
        if (reading.manifest() == null) {
            throw Door.invalid(reading.violations()).exception();
        }
        return reading.manifest();
    }
}
