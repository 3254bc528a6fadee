package io.barecount.manifest.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Violation;
import io.barecount.manifest.source.DocumentReader;
import io.barecount.manifest.source.Source;
import io.barecount.manifest.source.Unreadable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** From text to a normalised manifest, or to all that is wrong with it. The same for every door. */
public final class ManifestReader {
    private static final Duration TIMEOUT_DEFAULT = Duration.ofMinutes(5);
    private static final Duration BACKOFF_DEFAULT = Duration.ofSeconds(2);
    private static final int EC2_MEMORY_DEFAULT_MIB = 2048;
    private static final Duration LAMBDA_TIMEOUT_MAX = Duration.ofMinutes(15);

    /** Fargate's pairs: for each cpu the memory sizes in MiB; AWS, "Amazon ECS task size". */
    private static final Map<Integer, int[]> FARGATE_MEMORY = Map.of(
            256, new int[] {512, 1024, 2048},
            512, steps(1024, 4096, 1024),
            1024, steps(2048, 8192, 1024),
            2048, steps(4096, 16384, 1024),
            4096, steps(8192, 30720, 1024),
            8192, steps(16384, 61440, 4096),
            16384, steps(32768, 122880, 8192));

    private ManifestReader() {}

    /**
     * What reading came to.
     *
     * @param manifest null if there are violations
     * @param namespace as far as it could be read, else null
     * @param name as far as it could be read, else null
     */
    public record Reading(Manifest manifest, String namespace, String name, List<Violation> violations) {}

    public static Reading read(String text) {
        Source source;
        try {
            source = DocumentReader.read(text);
        } catch (Unreadable e) {
            return new Reading(null, null, null, List.of(e.violation()));
        }
        var namespace = source.tree().at("/metadata/namespace").asText(null);
        var name = source.tree().at("/metadata/name").asText(null);
        var violations = new ArrayList<>(PipelineSchema.violations(source));
        secrets(source, "", source.tree(), violations);
        if (!violations.isEmpty()) {
            return new Reading(null, namespace, name, List.copyOf(violations));
        }
        var manifest = Json.fromTree(withDefaults((ObjectNode) source.tree()), Manifest.class);
        limits(manifest, source, violations);
        return new Reading(violations.isEmpty() ? manifest : null, namespace, name, List.copyOf(violations));
    }

    private static ObjectNode withDefaults(ObjectNode manifest) {
        var spec = manifest.withObject("/spec");
        var execution = spec.withObject("/execution");
        setIfMissing(execution, "timeout", TIMEOUT_DEFAULT.toString());
        setIfMissing(execution, "idempotent", false);
        setIfMissing(execution, "onDoubt", "fail");
        var retries = execution.withObject("/retries");
        setIfMissing(retries, "max", 0);
        setIfMissing(retries, "backoff", BACKOFF_DEFAULT.toString());
        var cost = spec.withObject("/cost");
        setIfMissing(
                cost,
                "expectedRuntime",
                Duration.parse(execution.get("timeout").asText()).dividedBy(2).toString());
        var runner = spec.withObject("/runner");
        if (runner.has("lambda")) {
            setIfMissing(runner.withObject("/lambda"), "architecture", "arm64");
        }
        if (runner.has("ec2")) {
            setIfMissing(runner.withObject("/ec2"), "memoryMiB", EC2_MEMORY_DEFAULT_MIB);
        }
        if (runner.has("onprem")) {
            setIfMissing(runner.withObject("/onprem"), "cpu", 1);
        }
        if (spec.has("batch")) {
            var batch = spec.withObject("/batch");
            setIfMissing(batch, "parallelism", 1);
            setIfMissing(batch, "toleratedFailures", 0);
        }
        setIfMissing(runner.withObject("/scaling"), "min", 0);
        setIfMissing(
                runner.withObject("/scaling"),
                "max",
                spec.has("batch") ? spec.at("/batch/parallelism").asInt() : 1);
        return manifest;
    }

    private static void setIfMissing(ObjectNode object, String field, Object value) {
        if (!object.hasNonNull(field)) {
            object.set(field, Json.tree(value));
        }
    }

    private static void limits(Manifest manifest, Source source, List<Violation> violations) {
        var spec = manifest.spec();
        switch (spec.runner().type()) {
            case LAMBDA -> {
                if (spec.execution().timeout().compareTo(LAMBDA_TIMEOUT_MAX) > 0) {
                    violations.add(at(
                            source,
                            "runner-limit",
                            "/spec/execution/timeout",
                            "a Lambda function runs at most " + LAMBDA_TIMEOUT_MAX + ", found "
                                    + spec.execution().timeout(),
                            "shorten the timeout, split the work into a batch, or choose fargate or glue"));
                }
            }
            case FARGATE -> {
                var fargate = spec.runner().fargate();
                var sizes = FARGATE_MEMORY.get(fargate.cpu());
                if (IntStream.of(sizes).noneMatch(size -> size == fargate.memoryMiB())) {
                    violations.add(at(
                            source,
                            "runner-limit",
                            "/spec/runner/fargate/memoryMiB",
                            "Fargate has no size of " + fargate.cpu() + " cpu with " + fargate.memoryMiB() + " MiB",
                            "allowed with this cpu: from " + sizes[0] + " to " + sizes[sizes.length - 1]
                                    + " in steps of " + (sizes[1] - sizes[0])));
                }
            }
            case GLUE, EC2, ONPREM -> {}
        }
        if (spec.cost().expectedRuntime().compareTo(spec.execution().timeout()) > 0) {
            violations.add(at(
                    source,
                    "inconsistent",
                    "/spec/cost/expectedRuntime",
                    "the expected runtime " + spec.cost().expectedRuntime() + " is longer than the timeout "
                            + spec.execution().timeout(),
                    "raise the timeout or lower the expectation"));
        }
        if (spec.runner().scaling().min() > spec.runner().scaling().max()) {
            violations.add(
                    at(source, "inconsistent", "/spec/runner/scaling/min", "min is larger than max", "lower it"));
        }
    }

    private static void secrets(Source source, String pointer, JsonNode node, List<Violation> violations) {
        if (node.isObject()) {
            node.fields()
                    .forEachRemaining(field -> secrets(
                            source,
                            pointer + "/" + field.getKey().replace("~", "~0").replace("/", "~1"),
                            field.getValue(),
                            violations));
        } else if (node.isArray()) {
            for (var i = 0; i < node.size(); i++) {
                secrets(source, pointer + "/" + i, node.get(i), violations);
            }
        } else if (node.isTextual()) {
            var name = pointer.substring(pointer.lastIndexOf('/') + 1);
            if (SecretLookalikes.isLikely(name, node.asText())) {
                violations.add(
                        at(
                                source,
                                "secret-value",
                                pointer,
                                "this looks like a secret's value",
                                "store it and give a reference, such as file:<name>; treat the value as exposed and replace it"));
            }
        }
    }

    private static Violation at(Source source, String code, String pointer, String message, String hint) {
        var position = source.position(pointer);
        return new Violation(code, pointer, position.line(), position.column(), message, hint);
    }

    private static int[] steps(int from, int to, int step) {
        return IntStream.rangeClosed(0, (to - from) / step)
                .map(i -> from + i * step)
                .toArray();
    }
}
