package io.barecount.manifest.submission;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.Violation;
import io.barecount.contracts.signature.ManifestSignature;
import io.barecount.contracts.signature.Signers;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.manifest.document.Source;
import io.barecount.manifest.document.Spot;
import io.barecount.manifest.document.Utf8;
import io.barecount.manifest.document.Violations;
import io.barecount.manifest.redaction.Quoted;
import io.barecount.manifest.registry.Deprecation;
import io.barecount.manifest.registry.Registry;
import io.barecount.manifest.signing.Signing;
import io.barecount.manifest.validation.ManifestValidation;
import io.barecount.manifest.validation.PublishedSchema;
import io.barecount.manifest.validation.SecretSearch;
import io.barecount.manifest.validation.Spelling;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Reads and judges submissions, for all doors alike. Safe for all threads. */
public final class Intake {
    /** How many bytes of UTF-8 a submission may have, its manifest and its payload together. */
    public static final int SIZE_MAX = 768 * 1024;

    /** How many bytes of UTF-8 a payload may have. */
    public static final int PAYLOAD_SIZE_MAX = 256 * 1024;

    /** A record of Kafka's default size has to hold the event: JSON's escapes can make a text six times as long. */
    private static final int EVENT_SIZE_MAX = 900_000;

    private static final int SURELY_SMALL = EVENT_SIZE_MAX / 8;

    private static final String MANIFEST = "manifest";
    private static final String PIPELINE = "pipeline";
    private static final String PARAMETERS = "parameters";
    private static final String PAYLOAD = "payload";
    private static final String SIGNATURE = "signature";

    private final ManifestValidation validation;
    private final Signing signing;
    private final PublishedSchema withManifest = PublishedSchema.submissionWithManifest();
    private final PublishedSchema withPipeline = PublishedSchema.submissionWithPipeline();

    /** Without topics to subscribe to, and where nobody signs. */
    public Intake() {
        this(new ManifestValidation(), new Signing(Signers::none));
    }

    public Intake(ManifestValidation validation, Signing signing) {
        this.validation = validation;
        this.signing = signing;
    }

    /** Reads bytes that should be UTF-8. */
    public Reading read(byte[] body) {
        return Utf8.decode(body).map(this::read).orElseGet(() -> unreadable("syntax", "the bytes are no UTF-8 text"));
    }

    /** Reads a text: a manifest, or a submission document. */
    public Reading read(String text) {
        return read(Source.read(text, SIZE_MAX), text);
    }

    /** Reads a part of a larger text. */
    public Reading read(Source source) {
        return read(source, null);
    }

    /**
     * What was read, with the signature that came beside it in a header or an attribute. Whether that is one is told when it is judged.
     *
     * @param text null if none came
     */
    public Reading signed(Reading reading, String text) {
        if (text == null || !(reading instanceof Reading.Legible legible)) {
            return reading;
        }
        if (legible.document().signature() != null || legible.signatureFault() != null) {
            return new Reading.Legible(
                    legible.document(),
                    legible.envelope(),
                    legible.manifest(),
                    "there are two, one in the submission and one beside it");
        }
        try {
            return new Reading.Legible(
                    legible.document().withSignature(ManifestSignature.ofText(text)),
                    legible.envelope(),
                    legible.manifest(),
                    null);
        } catch (IllegalArgumentException e) {
            return new Reading.Legible(legible.document(), legible.envelope(), legible.manifest(), e.getMessage());
        }
    }

    /** Reads what another part of the platform says was submitted; nothing in it is trusted. */
    public Reading of(SubmissionDocument document) {
        var texts = Stream.concat(
                Stream.of(document.manifest(), document.namespace(), document.pipeline(), document.payload()),
                document.parameters().entrySet().stream()
                        .flatMap(entry -> Stream.of(entry.getKey(), entry.getValue())));
        if (texts.anyMatch(text -> text != null && Utf8.firstUnfit(text).isPresent())) {
            return unreadable("control-character", "a text of the submission holds a control character");
        }
        return read(new Source(Json.tree(document), Spot.UNKNOWN, new Violations()), null);
    }

    /** @param text all of the source's text; null if there is more than the source in it */
    private Reading read(Source source, String text) {
        if (!source.isReadable()) {
            return new Reading.Illegible(source.violations().toList());
        }
        if (!source.isObject()) {
            return unreadable("syntax", "this is neither a manifest nor a submission: it has no fields");
        }
        var tree = source.tree();
        if (tree.has(MANIFEST)) {
            return readWithManifest(source);
        }
        if (tree.has(PIPELINE)) {
            return legible(
                    tree,
                    new SubmissionDocument(
                            null,
                            tree.path("namespace").asText(null),
                            tree.path(PIPELINE).asText(null),
                            parameters(tree),
                            tree.path(PAYLOAD).asText(null)),
                    source,
                    null);
        }
        var manifest = text == null ? tree.toString() : text;
        return isTooLarge(manifest)
                ? tooLarge()
                : new Reading.Legible(SubmissionDocument.ofManifest(manifest), null, source, null);
    }

    private static Reading readWithManifest(Source envelope) {
        var tree = envelope.tree();
        var given = tree.get(MANIFEST);
        var manifest = given.isTextual() ? given.asText() : given.toString();
        if (isTooLarge(manifest)) {
            return tooLarge();
        }
        var source = given.isTextual() ? Source.read(manifest, Source.SIZE_MAX) : envelope.part(MANIFEST);
        if (!source.isReadable()) {
            return new Reading.Illegible(source.violations().toList());
        }
        var document = new SubmissionDocument(
                manifest, null, null, parameters(tree), tree.path(PAYLOAD).asText(null));
        return legible(tree, document, envelope, source);
    }

    private static Reading legible(JsonNode tree, SubmissionDocument document, Source envelope, Source manifest) {
        if (!tree.has(SIGNATURE)) {
            return new Reading.Legible(document, envelope, manifest, null);
        }
        try {
            return new Reading.Legible(
                    document.withSignature(ManifestSignature.of(tree.get(SIGNATURE))), envelope, manifest, null);
        } catch (IllegalArgumentException e) {
            return new Reading.Legible(document, envelope, manifest, e.getMessage());
        }
    }

    private static Map<String, String> parameters(JsonNode tree) {
        var parameters = new HashMap<String, String>();
        tree.path(PARAMETERS)
                .properties()
                .forEach(
                        entry -> parameters.put(entry.getKey(), entry.getValue().asText("")));
        return parameters;
    }

    /**
     * To be asked once for each reading: the defaults are filled in where it was read.
     *
     * @param at when it was received: what was right then stays so
     */
    public Verdict judge(Reading.Legible reading, Registry registry, Instant at) {
        return judge(reading, registry, at, true);
    }

    /**
     * As {@link #judge(Reading.Legible, Registry, Instant)}, of a payload that was put together from ones that were each judged: side by side
     * they may look like a secret that none of them is.
     */
    public Verdict judgeGathered(Reading.Legible reading, Registry registry, Instant at) {
        return judge(reading, registry, at, false);
    }

    private Verdict judge(Reading.Legible reading, Registry registry, Instant at, boolean searchesPayload) {
        var namespace = reading.namespace();
        var pipeline = reading.pipeline();
        var violations = new Violations();
        var warnings = new Violations();
        if (reading.envelope() != null) {
            checkEnvelope(reading, searchesPayload, violations);
        }
        Manifest manifest = null;
        var signature = reading.document().signature();
        if (reading.manifest() != null) {
            manifest = validation.check(reading.manifest(), violations).orElse(null);
        } else if (reading.registeredPipeline() != null) {
            var registered = registry.current(reading.registeredPipeline());
            if (registered.isEmpty()) {
                violations.add(
                        "unknown-pipeline",
                        "/" + PIPELINE,
                        reading.envelope().spot().field(PIPELINE),
                        "no pipeline '" + reading.registeredPipeline() + "' is registered",
                        "register it: PUT /pipelines/" + reading.registeredPipeline());
            } else {
                manifest = registered.get().manifest();
                signature = signature == null ? registered.get().signature() : signature;
                checkDeprecation(reading, registered.get().deprecation(), at, violations, warnings);
            }
        }
        if (manifest != null) {
            checkParameterNames(reading, manifest, violations);
            if (reading.signatureFault() == null) {
                signature = signing.check(manifest, signature, at, signatureSpot(reading), violations);
            }
        }
        if (reading.signatureFault() != null && violations.toList().stream().noneMatch(Intake::isOfSignature)) {
            Signing.malformed(reading.signatureFault(), signatureSpot(reading), violations);
        }
        if (!violations.isEmpty()) {
            return new Verdict.Invalid(namespace, pipeline, violations.toList());
        }
        var parameters = new HashMap<>(manifest.spec().workload().parameters());
        parameters.putAll(reading.document().parameters());
        var spec = new RunSpec(manifest, parameters, reading.document().payload(), signature);
        if (outgrowsItsEvents(reading.document(), spec)) {
            violations.add(
                    Source.TOO_LARGE,
                    "",
                    Spot.UNKNOWN,
                    "the submission needs more than " + EVENT_SIZE_MAX + " bytes as JSON",
                    "keep data out of it and refer to it by URI");
            return new Verdict.Invalid(namespace, pipeline, violations.toList());
        }
        return new Verdict.Valid(spec, warnings.toList());
    }

    /** The schema may have told of it already. */
    private static boolean isOfSignature(Violation violation) {
        return violation.pointer().startsWith(Signing.POINTER);
    }

    /** Unknown where it came beside the submission. */
    private static Spot signatureSpot(Reading.Legible reading) {
        return reading.envelope() != null && reading.envelope().tree().has(SIGNATURE)
                ? reading.envelope().spot().field(SIGNATURE)
                : Spot.UNKNOWN;
    }

    private static void checkDeprecation(
            Reading.Legible reading, Deprecation deprecation, Instant at, Violations violations, Violations warnings) {
        if (deprecation == null) {
            return;
        }
        var name = reading.registeredPipeline();
        var refused = deprecation.refuses(at);
        (refused ? violations : warnings)
                .add(
                        "deprecated-pipeline",
                        "/" + PIPELINE,
                        reading.envelope().spot().field(PIPELINE),
                        "the pipeline '" + name + "' is deprecated"
                                + (deprecation.refusedFrom() == null
                                        ? ""
                                        : (refused ? " and refused since " : " and will be refused from ")
                                                + deprecation.refusedFrom())
                                + ": " + deprecation.reason(),
                        deprecation.successor() == null
                                ? "ask its owner what to use instead, or take it back: POST /pipelines/" + name
                                        + "/reinstate"
                                : "use the pipeline '" + deprecation.successor() + "'");
    }

    private void checkEnvelope(Reading.Legible reading, boolean searchesPayload, Violations violations) {
        var envelope = reading.envelope();
        var toldWithManifest = reading.manifest() != null && reading.manifest().violations() == envelope.violations();
        if (!toldWithManifest) {
            violations.addAll(envelope.violations());
        }
        for (var field : new String[] {"namespace", PIPELINE, PARAMETERS, PAYLOAD}) {
            if (envelope.tree().has(field) && (searchesPayload || !field.equals(PAYLOAD))) {
                SecretSearch.check(envelope.part(field), "/" + field, violations);
            }
        }
        (reading.manifest() == null ? withPipeline : withManifest).check(envelope, violations);
        var payload = reading.document().payload();
        if (payload != null && Utf8.length(payload) > PAYLOAD_SIZE_MAX) {
            violations.add(
                    "too-long",
                    "/" + PAYLOAD,
                    envelope.spot().field(PAYLOAD),
                    "the payload has more than " + PAYLOAD_SIZE_MAX + " bytes",
                    "store it, and hand on its URI");
        }
    }

    private static void checkParameterNames(Reading.Legible reading, Manifest manifest, Violations violations) {
        var declared = manifest.spec().workload().parameters().keySet();
        for (var name : reading.document().parameters().keySet()) {
            if (!declared.contains(name)) {
                var meant = Spelling.nearest(name, declared).map(near -> "did you mean '" + near + "'? ");
                violations.add(
                        "unknown-parameter",
                        "/" + PARAMETERS + "/" + name.replace("~", "~0").replace("/", "~1"),
                        reading.envelope().spot().field(PARAMETERS).field(name).named(),
                        "the pipeline has no parameter " + Quoted.text(name),
                        meant.orElse("") + "Declared in spec.workload.parameters: "
                                + (declared.isEmpty()
                                        ? "none"
                                        : String.join(
                                                ", ",
                                                declared.stream()
                                                        .sorted()
                                                        .limit(20)
                                                        .toList())));
            }
        }
    }

    private static boolean outgrowsItsEvents(SubmissionDocument document, RunSpec spec) {
        var characters = (document.manifest() == null ? 0 : document.manifest().length())
                + (document.payload() == null ? 0 : document.payload().length())
                + spec.parameters().values().stream().mapToInt(String::length).sum();
        return characters > SURELY_SMALL
                && (Json.bytes(document).length > EVENT_SIZE_MAX || Json.bytes(spec).length > EVENT_SIZE_MAX);
    }

    private static boolean isTooLarge(String manifest) {
        return manifest.length() > Source.SIZE_MAX || Utf8.length(manifest) > Source.SIZE_MAX;
    }

    private static Reading.Illegible tooLarge() {
        return unreadable(Source.TOO_LARGE, "the manifest has more than " + Source.SIZE_MAX + " bytes");
    }

    /** A reading of something that has no place where it could be read on. */
    public static Reading.Illegible unreadable(String code, String message) {
        var violations = new Violations();
        violations.add(
                code,
                "",
                Spot.UNKNOWN,
                message,
                "submit a manifest in YAML or JSON, or {\"manifest\": ...}, or {\"namespace\": ..., \"pipeline\": ...}");
        return new Reading.Illegible(violations.toList());
    }
}
