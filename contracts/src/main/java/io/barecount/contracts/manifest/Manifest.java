package io.barecount.contracts.manifest;

import io.barecount.contracts.Money;
import io.barecount.contracts.proof.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A pipeline as its developer declared it, normalised: every default filled in. {@code apiVersion: barecount.io/v1}, {@code kind:
 * Pipeline}. The published JSON Schema says what each field may hold; a value of this type has passed it.
 */
public record Manifest(String apiVersion, String kind, Metadata metadata, Spec spec) {
    public static final String API_VERSION = "barecount.io/v1";
    public static final String KIND = "Pipeline";

    /** The version of this pipeline: the digest of its canonical form (RFC 8785). */
    public Digest digest() {
        return Digest.ofCanonical(this);
    }

    public String name() {
        return metadata.name();
    }

    public String namespace() {
        return metadata.namespace();
    }

    /** @param namespace the tenant */
    public record Metadata(String name, String namespace, Map<String, String> labels, Map<String, String> annotations) {
        public Metadata {
            labels = labels == null ? Map.of() : Map.copyOf(labels);
            annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
        }
    }

    public record Spec(
            Owner owner,
            Data data,
            Workload workload,
            Runner runner,
            Network network,
            List<Trigger> triggers,
            Batch batch,
            Execution execution,
            Cost cost) {
        public Spec {
            triggers = triggers == null ? List.of() : List.copyOf(triggers);
        }
    }

    public record Owner(String team, String contact, String costCenter) {}

    public record Data(
            Classification classification, List<String> residency, List<DataSet> inputs, List<DataSet> outputs) {
        public Data {
            residency = residency == null ? List.of() : List.copyOf(residency);
            inputs = inputs == null ? List.of() : List.copyOf(inputs);
            outputs = outputs == null ? List.of() : List.copyOf(outputs);
        }
    }

    public enum Classification {
        PUBLIC,
        INTERNAL,
        CONFIDENTIAL,
        RESTRICTED
    }

    /**
     * Data by reference.
     *
     * @param uri where it lies; {@code file:} paths are relative to the runner's storage
     */
    public record DataSet(String name, String uri) {}

    /**
     * What runs: an artifact with the runtime that starts it, or an image.
     *
     * @param artifact and {@code runtime}: null where there is an image
     * @param entryPoint which part of the artifact to start: a class name for Java; null where the artifact has just one
     * @param secrets references by the environment variable that the workload finds each secret in; null where there are none. What has the
     *     values is only whoever runs the workload, inside the boundary
     * @param image a container's, pinned: {@code name@sha256:...}; null where there is an artifact
     */
    public record Workload(
            Artifact artifact,
            Runtime runtime,
            String entryPoint,
            Map<String, String> parameters,
            Map<String, String> secrets,
            String image) {
        public Workload {
            parameters = parameters == null ? Map.of() : Map.copyOf(parameters);
            secrets = secrets == null || secrets.isEmpty() ? null : Map.copyOf(secrets);
        }

        /** An artifact, without secrets. */
        public Workload(Artifact artifact, Runtime runtime, String entryPoint, Map<String, String> parameters) {
            this(artifact, runtime, entryPoint, parameters, null, null);
        }

        /** Of all that is executed. */
        public Digest codeDigest() {
            return image == null ? artifact.digest() : Digest.parse(image.substring(image.indexOf('@') + 1));
        }

        /** In a stable order. */
        public Map<String, String> secretReferences() {
            return secrets == null ? Map.of() : new TreeMap<>(secrets);
        }
    }

    /** A workload's code, pinned: a runner refuses bytes of another digest. */
    public record Artifact(String uri, Digest digest) {}

    public enum Runtime {
        JAVA_21,
        SHELL
    }

    /** The type, and the settings of just this type: the others are null. */
    public record Runner(
            RunnerType type,
            Lambda lambda,
            Fargate fargate,
            Glue glue,
            Ec2 ec2,
            OnPrem onprem,
            Scaling scaling,
            Auto auto) {
        /** One that something can run on. */
        public Runner(
                RunnerType type, Lambda lambda, Fargate fargate, Glue glue, Ec2 ec2, OnPrem onprem, Scaling scaling) {
            this(type, lambda, fargate, glue, ec2, onprem, scaling, null);
        }

        /** Memory a workload may use on one instance of this runner, in MiB. */
        public int memoryMiB() {
            return switch (type) {
                case LAMBDA -> lambda.memoryMiB();
                case FARGATE -> fargate.memoryMiB();
                case GLUE -> glue.workerType().memoryMiB();
                case EC2 -> ec2.memoryMiB();
                case ONPREM -> onprem.memoryMiB();
                case AUTO -> auto.memoryMiB();
            };
        }
    }

    /**
     * What the runner that governance chooses has to meet.
     *
     * @param memoryMiB that one task needs at least
     * @param among the only types that it may be; null for any
     */
    public record Auto(int memoryMiB, List<RunnerType> among) {
        public Auto {
            among = among == null ? null : List.copyOf(among);
        }

        public boolean mayBe(RunnerType type) {
            return among == null || among.contains(type);
        }
    }

    public record Lambda(int memoryMiB, Architecture architecture) {}

    public enum Architecture {
        X86_64("x86_64"),
        ARM64("arm64");

        private final String awsName;

        Architecture(String awsName) {
            this.awsName = awsName;
        }

        @Override
        public String toString() {
            return awsName;
        }
    }

    /**
     * @param cpu in Fargate's units: 1024 is one virtual CPU
     * @param spot whether it may run on spare capacity, which is cheaper and may be taken away; null where the author says nothing
     */
    public record Fargate(int cpu, int memoryMiB, Boolean spot) {
        public Fargate(int cpu, int memoryMiB) {
            this(cpu, memoryMiB, null);
        }

        public boolean maySpot() {
            return Boolean.TRUE.equals(spot);
        }
    }

    public record Glue(GlueWorker workerType, int workers) {}

    /** Glue's worker types, with the price units (DPU) and the memory of each. */
    public enum GlueWorker {
        G_025X("G.025X", "0.25", 4096),
        G_1X("G.1X", "1", 16384),
        G_2X("G.2X", "2", 32768),
        G_4X("G.4X", "4", 65536),
        G_8X("G.8X", "8", 131072);

        private final String awsName;
        private final String dpu;
        private final int memoryMiB;

        GlueWorker(String awsName, String dpu, int memoryMiB) {
            this.awsName = awsName;
            this.dpu = dpu;
            this.memoryMiB = memoryMiB;
        }

        /** Data processing units that one worker is charged as, a decimal. */
        public String dpu() {
            return dpu;
        }

        public int memoryMiB() {
            return memoryMiB;
        }

        @Override
        public String toString() {
            return awsName;
        }
    }

    public record Ec2(String instanceType, int memoryMiB) {}

    /** @param diskMiB what an attempt may write into its workplace; null for what the agent allows */
    public record OnPrem(int cpu, int memoryMiB, Integer diskMiB) {
        public OnPrem(int cpu, int memoryMiB) {
            this(cpu, memoryMiB, null);
        }
    }

    /** How many instances may run at once. */
    public record Scaling(int min, int max) {}

    /** @param boundary name of a governed boundary; a manifest can't describe one itself */
    public record Network(NetworkModel model, String boundary) {}

    /** What starts the pipeline besides an explicit submission: one of these, the others are null. */
    public record Trigger(Webhook webhook, Schedule schedule, After after, Subscription kafka) {
        public Trigger(Webhook webhook) {
            this(webhook, null, null, null);
        }
    }

    /**
     * @param secret reference of the signing secret, such as {@code file:orders-webhook}; never the secret
     * @param signature how deliveries are signed; null for Standard Webhooks
     * @param maxPerMinute deliveries that are taken; null for the service's own limit
     * @param filter condition in CEL that a delivery has to meet to become a run; null for all
     * @param batch null if each delivery is a run of its own
     */
    public record Webhook(
            String name, String secret, Signature signature, Integer maxPerMinute, String filter, DeliveryBatch batch) {
        public Webhook(String name, String secret) {
            this(name, secret, null, null, null, null);
        }
    }

    /**
     * Deliveries that become one run: whichever is reached first.
     *
     * @param events how many at most
     * @param within since the first of them
     */
    public record DeliveryBatch(int events, Duration within) {}

    /**
     * A topic whose records start the pipeline.
     *
     * @param name by which its place in the topic is kept: the same name goes on where it was
     * @param from where it begins on a topic that it was not at before
     * @param maxPerMinute records that are taken; the others wait on the topic; null for as many as there are
     * @param filter condition in CEL that a record has to meet to be taken; null for all
     * @param batch null if each record is a run of its own
     */
    public record Subscription(
            String name, String topic, From from, Integer maxPerMinute, String filter, RecordBatch batch) {}

    public enum From {
        /** With what is written from now on. */
        LATEST,
        /** With the oldest record that is still there. */
        EARLIEST
    }

    /**
     * Records that become one run: whichever is reached first.
     *
     * @param records how many at most
     * @param within since the first of them was read
     */
    public record RecordBatch(int records, Duration within) {}

    /**
     * How a sender signs what it delivers. All but the scheme are for {@code hmac} alone, null else.
     *
     * @param header that has the signature: {@code prefix} and an HMAC-SHA256 in this encoding
     * @param signs what is signed, of {@code {id}}, {@code {timestamp}} and {@code {body}}; null for the body alone
     * @param idHeader that names the delivery, the same when it is repeated
     * @param timestampHeader that says when it was sent, in seconds since 1970; null if nothing does
     */
    public record Signature(
            SignatureScheme scheme,
            String header,
            String prefix,
            SignatureEncoding encoding,
            String signs,
            String idHeader,
            String timestampHeader) {}

    public enum SignatureScheme {
        /** Standard Webhooks. */
        STANDARD,
        /** {@code X-Hub-Signature-256} over the body, {@code X-GitHub-Delivery} as its name. */
        GITHUB,
        HMAC
    }

    public enum SignatureEncoding {
        HEX,
        BASE64
    }

    /**
     * Times to start the pipeline at, as the clocks of a zone show them.
     *
     * @param cron five fields: minute, hour, day of month, month, day of week
     * @param timezone of the IANA database, such as {@code Europe/Berlin}
     * @param missed what becomes of times that nobody was there to fire at
     * @param concurrency what a time does while the run of an earlier one goes on
     * @param startDeadline a time that is later than this is missed; null for ever
     * @param jitter each time is put off by up to this, always the same for the same time; null for none
     * @param parameters of each run
     */
    public record Schedule(
            String cron,
            String timezone,
            Missed missed,
            Concurrency concurrency,
            Duration startDeadline,
            Duration jitter,
            Map<String, String> parameters) {
        public Schedule {
            parameters = parameters == null || parameters.isEmpty() ? null : Map.copyOf(parameters);
        }
    }

    public enum Missed {
        /** They are passed over. */
        SKIP,
        /** The last of them fires. */
        LAST,
        /** All of them fire, in order. */
        ALL
    }

    public enum Concurrency {
        ALLOW,
        /** The time is passed over. */
        FORBID,
        /** The earlier run is cancelled. */
        REPLACE
    }

    /**
     * The end of another pipeline's run, in the same namespace.
     *
     * @param pipeline its name
     */
    public record After(String pipeline, Outcome on) {}

    public enum Outcome {
        SUCCEEDED,
        FAILED,
        ENDED
    }

    /**
     * A fan-out: one task per slice, and after all of them one task that merges. The slices come from one of the first four; the others
     * are null. Only a list holds them one by one: the others are as small for a million tasks as for one.
     *
     * @param slices a list; each task gets one as its parameter {@code slice}
     * @param count so many tasks, whose slices are their indices
     * @param range of whole numbers in steps; a slice reads {@code first..last}, both included
     * @param partitions of an input; a slice reads {@code input:index/count}
     * @param only indices of the slices that are run, such as {@code 3,17..20}, in ascending order; null for all
     * @param parallelism how many tasks run at once
     * @param toleratedFailures how many tasks may fail before the run does
     * @param toleratedPercent the same as a share of all; the higher of the two counts; null for none
     * @param ordered whether each task starts only once the one before it has ended; null for no
     * @param merge null if there is nothing to merge
     */
    public record Batch(
            List<String> slices,
            Integer count,
            Range range,
            Partitions partitions,
            String only,
            int parallelism,
            int toleratedFailures,
            Integer toleratedPercent,
            Boolean ordered,
            Merge merge) {
        public Batch {
            slices = slices == null ? null : List.copyOf(slices);
        }

        /** Over a list. */
        public Batch(List<String> slices, int parallelism, int toleratedFailures, Merge merge) {
            this(slices, null, null, null, null, parallelism, toleratedFailures, null, null, merge);
        }

        /** Over a count. */
        public static Batch ofCount(int count, int parallelism, int toleratedFailures) {
            return new Batch(null, count, null, null, null, parallelism, toleratedFailures, null, null, null);
        }

        /** How many slices there are: the merging task has none. */
        public int size() {
            return only == null ? whole() : Indices.of(only).size();
        }

        /** How many slices there would be without {@code only}. */
        public int whole() {
            if (slices != null) {
                return slices.size();
            }
            if (count != null) {
                return count;
            }
            return range != null ? range.size() : partitions.count();
        }

        /** @throws IndexOutOfBoundsException if there is no task of this index */
        public String slice(int index) {
            return sliceOfWhole(only == null ? index : Indices.of(only).at(index));
        }

        private String sliceOfWhole(int index) {
            Objects.checkIndex(index, whole());
            if (slices != null) {
                return slices.get(index);
            }
            if (count != null) {
                return Integer.toString(index);
            }
            return range != null ? range.slice(index) : partitions.slice(index);
        }

        /** How many tasks may fail before the run does. */
        public int tolerated() {
            var share = toleratedPercent == null ? 0 : (int) ((long) size() * toleratedPercent / 100);
            return Math.max(toleratedFailures, share);
        }

        /** Whether one task follows the other. */
        public boolean inOrder() {
            return Boolean.TRUE.equals(ordered);
        }
    }

    /** Whole numbers from one to another, both included, cut into pieces of {@code step}; the last may be shorter. */
    public record Range(long from, long to, long step) {
        int size() {
            return Math.toIntExact((to - from) / step + 1);
        }

        String slice(int index) {
            var first = from + index * step;
            return first + ".." + Math.min(to, first + step - 1);
        }
    }

    /**
     * Parts of an input that the workload tells apart by itself, such as by a key's hash.
     *
     * @param input name of one of {@code data.inputs}
     */
    public record Partitions(String input, int count) {
        String slice(int index) {
            return input + ":" + index + "/" + count;
        }
    }

    /** The last task of a batch: the same artifact, started with this entry point, sees the outputs of all others. */
    public record Merge(String entryPoint) {}

    /**
     * @param timeout after which a started attempt is stopped: the run clock
     * @param idempotent whether a second execution of the same task does no harm
     * @param priority among the runs of the same namespace; null for normal
     * @param queueTimeout a run that got nothing to run on for so long fails; null for the platform's own
     * @param startTimeout an attempt that was dispatched and did not start for so long is stopped; null for the platform's own
     * @param preemptible whether an attempt may be stopped, and its task queued again, for a run of higher priority; null for no
     */
    public record Execution(
            Duration timeout,
            Retries retries,
            boolean idempotent,
            OnDoubt onDoubt,
            Priority priority,
            Duration queueTimeout,
            Duration startTimeout,
            Boolean preemptible) {
        public Execution(Duration timeout, Retries retries, boolean idempotent, OnDoubt onDoubt) {
            this(timeout, retries, idempotent, onDoubt, null, null, null, null);
        }
    }

    public enum Priority {
        LOW,
        NORMAL,
        HIGH
    }

    /**
     * @param max attempts after the first; failures that are the platform's own do not count
     * @param on failure classes that are tried again
     * @param backoff before the first retry; doubles with each further one
     * @param maxBackoff no retry waits longer; null for the platform's own
     */
    public record Retries(int max, List<FailureClass> on, Duration backoff, Duration maxBackoff) {
        public Retries {
            on = on == null ? List.of() : List.copyOf(on);
        }

        public Retries(int max, List<FailureClass> on, Duration backoff) {
            this(max, on, backoff, null);
        }
    }

    /** What to do with an attempt of which nobody can say whether it started. */
    public enum OnDoubt {
        FAIL,
        REDISPATCH
    }

    /**
     * @param expectedRuntime of one task, the author's own guess
     * @param maxPerRun the run is denied if its likely cost is higher; may be null
     */
    public record Cost(Duration expectedRuntime, Money maxPerRun) {}

    /** How many tasks a run of this manifest has, the merging one included. */
    public int taskCount() {
        var batch = spec.batch();
        return batch == null ? 1 : batch.size() + (batch.merge() == null ? 0 : 1);
    }
}
