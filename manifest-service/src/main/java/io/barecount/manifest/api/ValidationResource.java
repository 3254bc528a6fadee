package io.barecount.manifest.api;

import io.barecount.access.Allow;
import io.barecount.access.Public;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Violation;
import io.barecount.manifest.document.Source;
import io.barecount.manifest.document.Utf8;
import io.barecount.manifest.submission.Intake;
import io.barecount.manifest.submission.Reading;
import io.barecount.manifest.validation.Explanation;
import io.barecount.manifest.validation.ManifestValidation;
import io.barecount.manifest.validation.ManifestValidation.Result;
import io.barecount.manifest.validation.PublishedSchema;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.BiFunction;

/** Says whether a manifest is valid, and by what: nothing is stored. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class ValidationResource {
    private final ManifestValidation validation;

    ValidationResource(ManifestValidation validation) {
        this.validation = validation;
    }

    /** @param version digest of the normalised manifest */
    record Valid(boolean valid, String version, Manifest manifest) {}

    @POST
    @Allow(in = Allow.Scope.ANY)
    @Path("validate")
    @Consumes({
        MediaType.APPLICATION_JSON,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        "text/x-yaml",
        MediaType.TEXT_PLAIN
    })
    public Response validate(byte[] body) {
        return judge(body, (manifest, text) -> new Valid(true, manifest.digest().toString(), manifest));
    }

    /** @param version digest of the normalised manifest */
    record Explained(String version, List<Explanation.Field> fields) {}

    /** Every value that a valid manifest has once defaults are filled in, and where it comes from: nothing is stored. */
    @POST
    @Allow(in = Allow.Scope.ANY)
    @Path("explain")
    @Consumes({
        MediaType.APPLICATION_JSON,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        "text/x-yaml",
        MediaType.TEXT_PLAIN
    })
    public Response explain(byte[] body) {
        return judge(
                body,
                (manifest, text) -> new Explained(
                        manifest.digest().toString(),
                        Explanation.of(
                                manifest, Source.read(text, Source.SIZE_MAX).spot())));
    }

    private Response judge(byte[] body, BiFunction<Manifest, String, Object> valid) {
        var text = Utf8.decode(body);
        if (text.isEmpty()) {
            return Problems.unreadable(Intake.unreadable("syntax", "the bytes are no UTF-8 text"))
                    .response();
        }
        return switch (validation.validate(text.get())) {
            case Result.Unreadable(var violations) -> unreadable(violations);
            case Result.Invalid(var violations) -> Problems.invalid(violations).response();
            case Result.Valid(var manifest) ->
                Response.ok(valid.apply(manifest, text.get())).build();
        };
    }

    static Response unreadable(List<Violation> violations) {
        return Problems.unreadable(new Reading.Illegible(violations)).response();
    }

    @GET
    @Public(because = "the schemas of documents, which are published")
    @Path("schemas/{name}")
    @Produces("application/schema+json")
    public Response schema(@PathParam("name") String name) {
        var text = PublishedSchema.text(name);
        return text == null
                ? Problems.notFound(
                                "There is no such schema.",
                                "There are " + PublishedSchema.PIPELINE + " and " + PublishedSchema.SUBMISSION + ".")
                        .response()
                : Response.ok(text).build();
    }
}
