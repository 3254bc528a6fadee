package io.barecount.manifest.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.manifest.Indices;
import io.barecount.contracts.schedule.CronTimes;
import io.barecount.manifest.document.Source;
import io.barecount.manifest.document.Violations;
import io.barecount.manifest.filter.EventFilter;
import io.barecount.manifest.filter.FilterRefused;
import io.barecount.manifest.redaction.Quoted;
import io.barecount.manifest.subscription.AllowedTopics;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What must hold between a manifest's fields. Fields that are missing or malformed are the schema's matter and passed over here. */
final class Rules {
    /** AWS Lambda quotas, "Function timeout": 900 seconds. */
    private static final Duration LAMBDA_TIMEOUT_MAX = Duration.ofMinutes(15);

    private static final Duration TIMEOUT_MIN = Duration.ofSeconds(1);
    private static final Duration TIMEOUT_MAX = Duration.ofDays(7);
    private static final Duration CLOCK_MAX = Duration.ofDays(30);
    private static final Duration BACKOFF_MAX = Duration.ofHours(1);
    private static final Duration WINDOW_MIN = Duration.ofSeconds(1);
    private static final Duration WINDOW_MAX = Duration.ofDays(1);

    /** A hook of every namespace, see the webhooks' API. */
    private static final String RESERVED_HOOK = "submissions";

    private static final String SLICE = "slice";
    private static final List<String> SLICE_SOURCES = List.of("slices", "count", "range", "partitions");
    private static final long TASKS_MAX = 10_000_000;
    private static final List<String> RUNNER_TYPES = List.of("lambda", "fargate", "glue", "ec2", "onprem");
    private static final String AUTO = "auto";
    private static final String ON_PREMISES = "onprem";

    /** Amazon ECS developer guide, "Task CPU and memory": lowest, highest and step of memory in MiB for each cpu. */
    private record MemoryRange(int min, int max, int step) {
        boolean holds(int memoryMiB) {
            return memoryMiB >= min && memoryMiB <= max && (memoryMiB - min) % step == 0;
        }
    }

    private static final Map<Integer, MemoryRange> FARGATE = Map.of(
            512, new MemoryRange(1024, 4096, 1024),
            1024, new MemoryRange(2048, 8192, 1024),
            2048, new MemoryRange(4096, 16384, 1024),
            4096, new MemoryRange(8192, 30720, 1024),
            8192, new MemoryRange(16384, 61440, 4096),
            16384, new MemoryRange(32768, 122880, 8192));

    private final JsonNode spec;
    private final Source source;
    private final AllowedTopics topics;
    private final Violations violations;

    private Rules(Source source, AllowedTopics topics, Violations violations) {
        this.spec = source.tree().path("spec");
        this.source = source;
        this.topics = topics;
        this.violations = violations;
    }

    static void check(Source source, AllowedTopics topics, Violations violations) {
        var rules = new Rules(source, topics, violations);
        rules.durations();
        rules.lambdaTimeout();
        rules.fargateSize();
        rules.scaling();
        rules.doubt();
        rules.batch();
        rules.preemption();
        rules.code();
        rules.secretStores();
        rules.hooks();
        rules.hookSignatures();
        rules.filters();
        rules.schedules();
        rules.subscriptions();
        rules.windows();
        rules.dataSetNames("inputs");
        rules.dataSetNames("outputs");
    }

    private void durations() {
        var timeout = duration("/execution/timeout");
        timeout.filter(length -> length.compareTo(TIMEOUT_MIN) < 0 || length.compareTo(TIMEOUT_MAX) > 0)
                .ifPresent(length -> add(
                        "out-of-range",
                        "/execution/timeout",
                        "a timeout of " + length + " is outside of " + TIMEOUT_MIN + " to P7D",
                        "split a longer workload into slices (spec.batch)"));
        duration("/execution/retries/backoff")
                .filter(length -> length.compareTo(BACKOFF_MAX) > 0)
                .ifPresent(length -> add(
                        "out-of-range",
                        "/execution/retries/backoff",
                        "a backoff of " + length + " is longer than " + BACKOFF_MAX,
                        "it doubles with each retry; begin with a shorter one"));
        for (var clock : List.of("queueTimeout", "startTimeout")) {
            duration("/execution/" + clock)
                    .filter(length -> length.compareTo(TIMEOUT_MIN) < 0 || length.compareTo(CLOCK_MAX) > 0)
                    .ifPresent(length -> add(
                            "out-of-range",
                            "/execution/" + clock,
                            "a " + clock + " of " + length + " is outside of " + TIMEOUT_MIN + " to P30D",
                            "say how long it may wait"));
        }
        duration("/cost/expectedRuntime").ifPresent(expected -> {
            if (expected.isZero()) {
                add(
                        "out-of-range",
                        "/cost/expectedRuntime",
                        "an expected runtime of nothing",
                        "say how long one task takes, or leave the field out");
            }
            timeout.filter(limit -> expected.compareTo(limit) > 0)
                    .ifPresent(limit -> add(
                            "expected-over-timeout",
                            "/cost/expectedRuntime",
                            "one task is expected to run " + expected + ", but is stopped after " + limit,
                            "raise execution.timeout or lower cost.expectedRuntime"));
        });
    }

    /** What it may run on: the declared type, or, where governance chooses, all that it may choose from; empty where that is malformed. */
    private Set<String> runnerTypes() {
        var type = spec.at("/runner/type").asText();
        if (!type.equals(AUTO)) {
            return RUNNER_TYPES.contains(type) ? Set.of(type) : Set.of();
        }
        var among = spec.at("/runner/auto/among");
        if (among.isMissingNode()) {
            return Set.copyOf(RUNNER_TYPES);
        }
        var types = new TreeSet<String>();
        among.forEach(each -> types.add(each.asText()));
        types.retainAll(RUNNER_TYPES);
        return types;
    }

    private String namedRunner() {
        return spec.at("/runner/type").asText().equals(AUTO)
                ? "a runner of one of the types " + String.join(", ", new TreeSet<>(runnerTypes()))
                : "a runner of type " + spec.at("/runner/type").asText();
    }

    private void lambdaTimeout() {
        if (runnerTypes().equals(Set.of("lambda"))) {
            duration("/execution/timeout")
                    .filter(timeout -> timeout.compareTo(LAMBDA_TIMEOUT_MAX) > 0)
                    .ifPresent(timeout -> add(
                            "lambda-timeout",
                            "/execution/timeout",
                            "a timeout of " + timeout + ", but Lambda stops a function after " + LAMBDA_TIMEOUT_MAX,
                            "lower the timeout, split the work (spec.batch), or use another runner type"));
        }
    }

    private void fargateSize() {
        var cpu = spec.at("/runner/fargate/cpu");
        var memory = spec.at("/runner/fargate/memoryMiB");
        if (!cpu.isInt() || !memory.isInt()) {
            return;
        }
        if (cpu.intValue() == 256) {
            if (memory.intValue() != 512 && memory.intValue() != 1024 && memory.intValue() != 2048) {
                refuseFargateSize(cpu, memory, "512, 1024 or 2048");
            }
            return;
        }
        var range = FARGATE.get(cpu.intValue());
        if (range != null && !range.holds(memory.intValue())) {
            refuseFargateSize(cpu, memory, range.min() + " to " + range.max() + " in steps of " + range.step());
        }
    }

    private void refuseFargateSize(JsonNode cpu, JsonNode memory, String allowed) {
        add(
                "fargate-size",
                "/runner/fargate/memoryMiB",
                "Fargate has no size of cpu " + cpu + " with " + memory + " MiB",
                "with cpu " + cpu + " memoryMiB may be " + allowed);
    }

    private void scaling() {
        var min = spec.at("/runner/scaling/min");
        var max = spec.at("/runner/scaling/max");
        if (min.isInt() && max.isInt() && min.intValue() > max.intValue()) {
            add(
                    "out-of-range",
                    "/runner/scaling/min",
                    "at least " + min + " instances, but at most " + max,
                    "min may not be above max");
        }
    }

    private void doubt() {
        if (spec.at("/execution/idempotent").asBoolean()) {
            return;
        }
        var hint = "declare execution.idempotent: true if a second execution does no harm; else leave this out";
        if (spec.at("/execution/onDoubt").asText().equals("redispatch")) {
            add(
                    "needs-idempotent",
                    "/execution/onDoubt",
                    "an attempt in doubt may have run, and this workload is not declared idempotent",
                    hint);
        }
        var on = spec.at("/execution/retries/on");
        for (var i = 0; i < on.size(); i++) {
            if (Set.of("in-doubt", "lost-track").contains(on.path(i).asText())) {
                add(
                        "needs-idempotent",
                        "/execution/retries/on/" + i,
                        "such an attempt may have run, and this workload is not declared idempotent",
                        hint);
            }
        }
    }

    private void batch() {
        var batch = spec.path("batch");
        if (!batch.isObject()) {
            return;
        }
        var sources = SLICE_SOURCES.stream().filter(batch::has).toList();
        if (sources.size() != 1) {
            add(
                    sources.isEmpty() ? "missing-field" : "one-of",
                    sources.isEmpty() ? "/batch/slices" : "/batch/" + sources.get(1),
                    sources.isEmpty()
                            ? "nothing says what the tasks are"
                            : "the tasks are declared more than once, by " + String.join(" and ", sources),
                    "say one of slices, count, range and partitions");
            return;
        }
        range(batch.path("range"));
        var input = batch.at("/partitions/input");
        if (input.isTextual() && !namesOf("inputs").contains(input.asText())) {
            add(
                    "unknown-input",
                    "/batch/partitions/input",
                    "there is no input " + Quoted.text(input.asText()),
                    "name one of data.inputs: " + String.join(", ", namesOf("inputs")));
        }
        var tolerated = batch.path("toleratedFailures");
        var size = only(batch, sizeOf(batch));
        if (size > 0 && tolerated.isInt() && tolerated.intValue() >= size) {
            add(
                    "out-of-range",
                    "/batch/toleratedFailures",
                    "all " + size + " tasks might fail, and the run would still succeed",
                    "toleratedFailures has to be below the number of slices");
        }
        if (batch.path("ordered").asBoolean() && batch.path("parallelism").asInt(1) > 1) {
            add(
                    "ordered-parallelism",
                    "/batch/parallelism",
                    "tasks in order run one at a time, and " + batch.path("parallelism") + " are to run at once",
                    "leave parallelism out, or ordered");
        }
        if (spec.at("/workload/parameters").has(SLICE)) {
            add(
                    "reserved-name",
                    "/workload/parameters/" + SLICE,
                    "in a batch each task gets its slice as the parameter '" + SLICE + "'",
                    "use another name");
        }
    }

    /** How many are left of so many. */
    private long only(JsonNode batch, long whole) {
        var only = batch.path("only");
        if (!only.isTextual()) {
            return whole;
        }
        try {
            var indices = Indices.of(only.asText());
            if (indices.highest() < whole) {
                return indices.size();
            }
            add(
                    "out-of-range",
                    "/batch/only",
                    "there is no slice of index " + indices.highest() + ": there are " + whole,
                    "indices go from 0 to " + (whole - 1));
        } catch (IllegalArgumentException e) {
            add("not-valid", "/batch/only", e.getMessage(), "name indices in ascending order, such as 3,17..20");
        }
        return whole;
    }

    private void range(JsonNode range) {
        if (!range.path("from").isIntegralNumber() || !range.path("to").isIntegralNumber()) {
            return;
        }
        if (range.path("from").longValue() > range.path("to").longValue()) {
            add(
                    "out-of-range",
                    "/batch/range/to",
                    "the range ends at " + range.path("to") + ", before it begins at " + range.path("from"),
                    "to may not be below from");
        } else if (rangeSize(range) > TASKS_MAX) {
            add(
                    "out-of-range",
                    "/batch/range/step",
                    "the range has " + rangeSize(range) + " pieces, at most " + TASKS_MAX + " are allowed",
                    "choose a larger step");
        }
    }

    private static long rangeSize(JsonNode range) {
        var step = Math.max(1, range.path("step").asLong(1));
        return (range.path("to").longValue() - range.path("from").longValue()) / step + 1;
    }

    /** 0 where it can't be told. */
    private static long sizeOf(JsonNode batch) {
        if (batch.path("slices").isArray()) {
            return batch.path("slices").size();
        }
        if (batch.path("count").isInt()) {
            return batch.path("count").intValue();
        }
        return batch.path("range").isObject()
                ? Math.max(0, rangeSize(batch.path("range")))
                : batch.at("/partitions/count").asInt(0);
    }

    private Set<String> namesOf(String dataSets) {
        var names = new TreeSet<String>();
        spec.path("data")
                .path(dataSets)
                .forEach(dataSet -> names.add(dataSet.path("name").asText()));
        return names;
    }

    private void preemption() {
        if (spec.at("/execution/preemptible").asBoolean()
                && !spec.at("/execution/idempotent").asBoolean()) {
            add(
                    "needs-idempotent",
                    "/execution/preemptible",
                    "a task that is preempted runs again from its beginning, and this workload is not declared idempotent",
                    "declare execution.idempotent: true if a second execution does no harm; else leave this out");
        }
    }

    private void schedules() {
        var triggers = spec.path("triggers");
        for (var i = 0; i < triggers.size(); i++) {
            var trigger = triggers.path(i);
            var pointer = "/triggers/" + i;
            var schedule = trigger.path("schedule");
            if (trigger.isObject() && trigger.isEmpty()) {
                add(
                        "missing-field",
                        pointer + "/schedule",
                        "the trigger names nothing",
                        "say webhook, schedule, after or kafka");
            }
            if (schedule.path("cron").isTextual() && schedule.path("timezone").isTextual()) {
                cron(
                        pointer + "/schedule",
                        schedule.path("cron").asText(),
                        schedule.path("timezone").asText());
            }
            for (var clock : List.of("startDeadline", "jitter")) {
                duration(pointer + "/schedule/" + clock)
                        .filter(length -> length.compareTo(CLOCK_MAX) > 0)
                        .ifPresent(length -> add(
                                "out-of-range",
                                pointer + "/schedule/" + clock,
                                "a " + clock + " of " + length + " is longer than P30D",
                                "choose a shorter one"));
            }
            var upstream = trigger.at("/after/pipeline");
            if (upstream.isTextual()
                    && upstream.asText()
                            .equals(source.tree().at("/metadata/name").asText())) {
                add(
                        "own-end",
                        pointer + "/after/pipeline",
                        "each run of this pipeline would start another one, for ever",
                        "name another pipeline");
            }
        }
    }

    private void cron(String pointer, String cron, String timezone) {
        try {
            if (CronTimes.of(cron, timezone).next(Instant.EPOCH).isEmpty()) {
                add(
                        "no-time",
                        pointer + "/cron",
                        "it names no time at all: " + Quoted.text(cron),
                        "name days that exist");
            }
        } catch (IllegalArgumentException e) {
            var ofZone = e.getMessage() != null && e.getMessage().startsWith("no zone");
            add(
                    "not-valid",
                    pointer + (ofZone ? "/timezone" : "/cron"),
                    ofZone ? "no zone is called " + Quoted.text(timezone) : "no cron: " + Quoted.text(e.getMessage()),
                    ofZone
                            ? "name a zone of the IANA database, such as Europe/Berlin or UTC"
                            : "five fields: minute, hour, day of month, month, day of week, such as 30 2 5 * *");
        }
    }

    private void code() {
        var workload = spec.path("workload");
        if (!workload.isObject()) {
            return;
        }
        var types = runnerTypes();
        if (!workload.has("image")) {
            needed(workload, "artifact", "its uri and digest; or 'image', a container image pinned by its digest");
            needed(workload, "runtime", "how the artifact is started");
        } else if (workload.has("artifact") || workload.has("runtime")) {
            add(
                    "artifact-or-image",
                    "/workload/image",
                    "what runs is declared twice, as an artifact and as an image",
                    "keep image alone, or artifact with its runtime");
        } else if (!types.isEmpty() && !types.contains(ON_PREMISES)) {
            add(
                    "image-runner",
                    "/workload/image",
                    namedRunner() + " runs no image of a manifest's: what it starts there is the platform's own",
                    "declare an artifact with its runtime; images run on runners of type onprem");
        }
    }

    private void needed(JsonNode workload, String field, String what) {
        if (!workload.has(field)) {
            add(
                    "missing-field",
                    "/workload/" + field,
                    "the field '" + field + "' is missing",
                    "add '" + field + "': " + what);
        }
    }

    private void secretStores() {
        var types = new TreeSet<>(runnerTypes());
        if (spec.path("workload").has("image")) {
            types.retainAll(Set.of(ON_PREMISES));
        }
        if (types.isEmpty()) {
            return;
        }
        var left = new TreeSet<>(types);
        spec.at("/workload/secrets").properties().forEach(secret -> {
            if (!secret.getValue().isTextual()) {
                return;
            }
            var reference = secret.getValue().asText();
            var able = new TreeSet<>(types);
            able.removeIf(type -> !reference.startsWith(type.equals(ON_PREMISES) ? "file:" : "secretsmanager:"));
            left.retainAll(able);
            if (left.isEmpty()) {
                add(
                        "secret-store",
                        "/workload/secrets/" + secret.getKey(),
                        namedRunner() + " can't resolve " + Quoted.text(reference)
                                + (able.isEmpty() ? "" : " together with those before it"),
                        "file:name is for onprem, from the agent's own directory of secrets;"
                                + " secretsmanager:name-or-arn is for lambda, fargate, glue and ec2, from AWS Secrets"
                                + " Manager with the runner's role");
                left.addAll(able.isEmpty() ? types : able);
            }
        });
    }

    private void hooks() {
        var names = new HashSet<String>();
        var triggers = spec.path("triggers");
        for (var i = 0; i < triggers.size(); i++) {
            var name = triggers.path(i).at("/webhook/name");
            if (!name.isTextual()) {
                continue;
            }
            var pointer = "/triggers/" + i + "/webhook/name";
            if (name.asText().equals(RESERVED_HOOK)) {
                add(
                        "reserved-name",
                        pointer,
                        "the hook '" + RESERVED_HOOK + "' takes submission documents in every namespace",
                        "use another name");
            } else if (!names.add(name.asText())) {
                add(
                        "repeated-item",
                        pointer,
                        "the hook " + Quoted.text(name.asText()) + " is declared a second time",
                        "remove one of the two");
            }
        }
    }

    private void hookSignatures() {
        var triggers = spec.path("triggers");
        for (var i = 0; i < triggers.size(); i++) {
            var signature = triggers.path(i).at("/webhook/signature");
            var pointer = "/triggers/" + i + "/webhook/signature";
            var scheme = signature.path("scheme").asText();
            if (scheme.equals("hmac")) {
                hmac(signature, pointer);
            } else if (signature.isObject()) {
                for (var field : signature.properties()) {
                    if (!field.getKey().equals("scheme")) {
                        add(
                                "not-of-this-scheme",
                                pointer + "/" + field.getKey(),
                                "the scheme " + Quoted.text(scheme) + " says itself what is signed and how",
                                "remove it, or say scheme: hmac");
                    }
                }
            }
        }
    }

    private void filters() {
        var triggers = spec.path("triggers");
        for (var i = 0; i < triggers.size(); i++) {
            for (var trigger : triggers.path(i).properties()) {
                var filter = trigger.getValue().path("filter");
                if (filter.isTextual()) {
                    filter("/triggers/" + i + "/" + trigger.getKey() + "/filter", filter.asText());
                }
            }
        }
    }

    private void filter(String pointer, String expression) {
        try {
            EventFilter.of(expression);
        } catch (FilterRefused e) {
            add(
                    "no-filter",
                    pointer,
                    "this is no condition in CEL: " + Quoted.text(e.getMessage()),
                    "say a condition over body, headers and key, such as body.type == \"order\"; try it: POST /filters/try");
        }
    }

    private void hmac(JsonNode signature, String pointer) {
        for (var field : List.of("header", "encoding", "idHeader")) {
            if (signature.path(field).isMissingNode()) {
                add(
                        "missing-field",
                        pointer,
                        "an hmac signature needs '" + field + "'",
                        "say " + field + ": " + (field.equals("encoding") ? "hex or base64" : "the header's name"));
            }
        }
        if (signature.path("signs").asText().contains("{timestamp}") && !signature.has("timestampHeader")) {
            add(
                    "missing-field",
                    pointer + "/signs",
                    "the timestamp is signed, and no header of it is named",
                    "say timestampHeader");
        }
        if (signature.has("timestampHeader")
                && !signature.path("signs").asText().contains("{timestamp}")) {
            add(
                    "not-signed",
                    pointer + "/timestampHeader",
                    "a timestamp that is not signed proves nothing",
                    "say signs: \"{timestamp}.{body}\", as the sender does it, or remove it");
        }
    }

    private void subscriptions() {
        var namespace = source.tree().at("/metadata/namespace").asText();
        var names = new HashSet<String>();
        var triggers = spec.path("triggers");
        for (var i = 0; i < triggers.size(); i++) {
            var pointer = "/triggers/" + i + "/kafka";
            var name = triggers.path(i).at("/kafka/name");
            if (name.isTextual() && !names.add(name.asText())) {
                add(
                        "repeated-item",
                        pointer + "/name",
                        "the subscription " + Quoted.text(name.asText()) + " is declared a second time",
                        "give each its own name");
            }
            var topic = triggers.path(i).at("/kafka/topic");
            if (topic.isTextual() && !topics.allows(namespace, topic.asText())) {
                add(
                        "topic-not-allowed",
                        pointer + "/topic",
                        AllowedTopics.isOurs(topic.asText())
                                ? "the topic " + Quoted.text(topic.asText()) + " is the platform's own"
                                : "pipelines of the namespace " + Quoted.text(namespace) + " may not subscribe to "
                                        + Quoted.text(topic.asText()),
                        "allowed are " + String.join(", ", topics.of(namespace))
                                + "; the platform's operator allows others (barecount.manifest.topics)");
            }
        }
    }

    /** How long deliveries or records are gathered. */
    private void windows() {
        var triggers = spec.path("triggers");
        for (var i = 0; i < triggers.size(); i++) {
            for (var kind : List.of("webhook", "kafka")) {
                var pointer = "/triggers/" + i + "/" + kind + "/batch/within";
                duration(pointer)
                        .filter(length -> length.compareTo(WINDOW_MIN) < 0 || length.compareTo(WINDOW_MAX) > 0)
                        .ifPresent(length -> add(
                                "out-of-range",
                                pointer,
                                "a window of " + length + " is outside of " + WINDOW_MIN + " to P1D",
                                "say how long the first of a batch may wait"));
            }
        }
    }

    private void dataSetNames(String list) {
        var names = new HashSet<String>();
        var dataSets = spec.path("data").path(list);
        for (var i = 0; i < dataSets.size(); i++) {
            var name = dataSets.path(i).path("name");
            if (name.isTextual() && !names.add(name.asText())) {
                add(
                        "repeated-item",
                        "/data/" + list + "/" + i + "/name",
                        "two data sets of " + list + " are called " + Quoted.text(name.asText()),
                        "give each its own name");
            }
        }
    }

    private Optional<Duration> duration(String pointerInSpec) {
        var node = spec.at(pointerInSpec);
        try {
            return node.isTextual() ? Optional.of(Duration.parse(node.asText())) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private void add(String code, String pointerInSpec, String message, String hint) {
        var pointer = "/spec" + pointerInSpec;
        if (!violations.isAt(pointer)) {
            violations.add(code, pointer, source.spot().at(pointer), message, hint);
        }
    }
}
