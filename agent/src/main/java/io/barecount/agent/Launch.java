package io.barecount.agent;

import io.barecount.agent.egress.Gate;
import io.barecount.agent.egress.Passage;
import io.barecount.agent.log.MaskedLog;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Poll;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.manifest.Manifest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How an attempt's process is started: command, environment, limits and network, and what of it goes into the evidence.
 *
 * @param applied limits and settings as they are really given
 */
record Launch(List<String> command, Map<String, String> environment, Map<String, String> applied, boolean isolated) {
    /** What is said of a workload that has the machine's network. */
    private static final String HOST_NETWORK = "host network";

    private static final int HEAP_MIN_MIB = 64;

    private static final int LOG_BYTES_MAX = 10 * 1024 * 1024;

    /** A limit of files is in units of 512 bytes (POSIX). */
    private static final int FILE_UNIT = 512;

    /**
     * Keeps what comes in as it comes, up to the limit, and drops the rest: a workload that prints much is neither held up nor ended by
     * a closed pipe.
     */
    private static final String PLAIN_LOG =
            "{ ( trap '' XFSZ; ulimit -f %d; exec cat > log.txt ) 2> /dev/null; exec cat > /dev/null; }"
                    .formatted(LOG_BYTES_MAX / FILE_UNIT);

    /**
     * Records the interfaces that the process sees, runs the workload, and leaves its exit code in a file, so that it is found even if
     * the agent was killed meanwhile.
     */
    private static final String BOOTSTRAP = """
        guard=$1 lease=$2 disk=$3 wayOut=$4 log=$5; shift 5
        gate=; [ -z "$wayOut" ] || eval "$wayOut"
        { cat /proc/self/net/dev || true; } > net.dev 2>/dev/null
        setsid sh -c "$guard" barecount-guard "$lease" "$disk" &
        { "$@" 2>&1; echo $? > code.tmp; } | eval "$log"
        kill -KILL $! 2>/dev/null
        [ -z "$gate" ] || kill -KILL "$gate" 2>/dev/null
        { cat /proc/self/net/snmp || true; } > net.snmp 2>/dev/null
        mv code.tmp exit
        """;

    /** Makes every address local, names be asked of the gate, and starts the gate, whose command is put in. */
    private static final String WAY_OUT = """
        closed() { { echo "the way out of its network could not be made"; tail -c 400 gate.txt; } > not-started; exit 1; }
        {
            export PATH="$PATH:/usr/sbin:/sbin"
            ip link set lo up && ip route add local 0.0.0.0/0 dev lo || closed
            ip -6 route add local ::/0 dev lo
            echo nameserver 127.0.0.1 > resolv.conf
            echo 127.0.0.1 localhost > hosts
            [ ! -e /etc/resolv.conf ] || mount --bind resolv.conf /etc/resolv.conf || closed
            mount --bind hosts /etc/hosts || closed
        } > gate.txt 2>&1
        %s >> gate.txt 2>&1 &
        gate=$!
        until [ -e gate.ready ]; do kill -0 $gate || closed; sleep 0.02; done
        """;

    /**
     * Ends all processes of the attempt when the agent's lease is over or its workplace too large, whatever has become of the agent; in a
     * session of its own, so that what is sent to the workload's does not reach it. A lease that can't be read is over.
     */
    private static final String GUARD = """
        now() { if read up rest < /proc/uptime; then echo "${up%%.*}"; else date +%s; fi 2>/dev/null; }
        all() {
            for process in $(grep -ls "BARECOUNT_ATTEMPT=$BARECOUNT_ATTEMPT" /proc/[0-9]*/environ); do
                process=${process#/proc/}; process=${process%/environ}
                [ "$process" = $$ ] || kill -"$1" "$process"
            done 2>/dev/null
        }
        while sleep 1; do
            if [ -n "$1" ]; then
                deadline=0 grace=1
                read deadline grace < "$1"
                if [ "$(now)" -ge "$deadline" ]; then
                    echo "$deadline" > cut-off
                    all TERM; sleep "$grace"; all KILL; all KILL
                    exit
                fi
            fi
            used=$(du -sk . 2> /dev/null); used=${used%%[!0-9]*}
            if [ "${used:-0}" -gt "$2" ]; then
                echo "$used" > over-disk
                all KILL; all KILL
                exit
            fi
        done
        """;

    /** @param lease that the workload must not outlive; null for none */
    static Launch of(Offer offer, Workplace workplace, Settings settings, Path artifact, Path compiled, Lease lease)
            throws Workplace.Unusable, IOException {
        var manifest = offer.spec().manifest();
        var limits = Limits.of(offer, settings);
        var applied = new HashMap<>(limits.applied());
        var workload = switch (manifest.spec().workload().runtime()) {
            case JAVA_21 -> java(offer, workplace, artifact, compiled, applied);
            case SHELL -> List.of("/bin/sh", artifact.toString());
        };
        var allow = allowed(offer);
        var isolated = allow.isEmpty() ? settings.egress() != Poll.Egress.RECORD : isConfined(offer, settings);
        var secrets = secrets(offer, settings, applied);
        var command = new ArrayList<String>();
        if (isolated) {
            command.addAll(List.of("unshare", "--map-root-user", "--net", "--mount"));
        }
        var wayOut = isConfined(offer, settings) ? wayOut(allow, workplace) : "";
        command.addAll(bootstrap(workplace, lease, limits.diskKiB(), wayOut, secrets));
        command.addAll(limits.command());
        command.addAll(workload);
        applied.put(
                "network",
                !isolated
                        ? HOST_NETWORK
                        : "own network namespace" + (allow.isEmpty() ? "" : ", egress to " + allow + " only"));
        applyToAll(offer, lease, applied);
        return new Launch(command, environment(offer, workplace, secrets), applied, isolated);
    }

    /** @param lease that the workload must not outlive; null for none */
    static Launch ofContainer(Offer offer, Workplace workplace, Settings settings, Lease lease)
            throws Workplace.Unusable, IOException {
        var applied = new HashMap<String, String>();
        var secrets = secrets(offer, settings, applied);
        var variables = environment(offer, workplace, secrets);
        var container = Container.command(offer, workplace, settings, variables, applied);
        var disk =
                Limits.kibibytes(Limits.diskMiB(offer.spec().manifest().spec().runner(), settings));
        var command = new ArrayList<>(bootstrap(workplace, lease, disk, "", secrets));
        command.addAll(container);
        applyToAll(offer, lease, applied);
        return new Launch(command, Container.environment(variables), applied, false);
    }

    private static List<String> bootstrap(
            Workplace workplace, Lease lease, long diskKiB, String wayOut, Map<String, String> secrets)
            throws IOException {
        return List.of(
                "/bin/sh",
                "-c",
                BOOTSTRAP,
                "barecount-attempt",
                GUARD,
                lease == null ? "" : lease.file().toString(),
                Long.toString(Workplace.kibibytes(workplace.directory()) + diskKiB),
                wayOut,
                secrets.isEmpty() ? PLAIN_LOG : java(MaskedLog.class, List.of("log.txt", "" + LOG_BYTES_MAX)));
    }

    private static void applyToAll(Offer offer, Lease lease, Map<String, String> applied) {
        applied.put(
                "timeout", offer.spec().manifest().spec().execution().timeout().toString());
        applied.put(
                "lease",
                lease == null
                        ? "none: it may run on without its agent"
                        : "ended when its agent is cut off from the gateway");
    }

    private static Map<String, String> secrets(Offer offer, Settings settings, Map<String, String> applied)
            throws Workplace.Unusable {
        var references = offer.spec().manifest().spec().workload().secretReferences();
        if (!references.isEmpty()) {
            applied.put("secrets", references + " as environment variables, masked in the log");
        }
        return new Secrets(settings.secrets()).resolve(references);
    }

    private static List<String> allowed(Offer offer) {
        var egress = offer.boundary().egress();
        return egress == null ? List.of() : egress.allow();
    }

    /** Whether it may reach somebody, and nobody else. */
    static boolean isConfined(Offer offer, Settings settings) {
        return !allowed(offer).isEmpty() && settings.egress() == Poll.Egress.ENFORCE;
    }

    /** Opens the agent's side of the way out; to be called again when an earlier life of the agent left the workload running. */
    static Passage openPassage(Offer offer, Workplace workplace) throws IOException {
        return Passage.open(allowed(offer), workplace.passage(), workplace.traffic());
    }

    private static String wayOut(List<String> allow, Workplace workplace) throws Workplace.Unusable {
        try {
            var arguments = new ArrayList<>(List.of(workplace.passage().toString()));
            arguments.addAll(Passage.ports(allow));
            return WAY_OUT.formatted(java(Gate.class, arguments));
        } catch (IllegalArgumentException e) {
            throw new Workplace.Unusable("the boundary's egress: " + e.getMessage());
        }
    }

    /** A small program of the agent's own, as the shell reads it. */
    private static String java(Class<?> program, List<String> arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx24m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .collect(Collectors.joining(File.pathSeparator)),
                program.getName()));
        command.addAll(arguments);
        return command.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    private static List<String> java(
            Offer offer, Workplace workplace, Path artifact, Path compiled, Map<String, String> applied) {
        var heap =
                Math.max(HEAP_MIN_MIB, offer.spec().manifest().spec().runner().memoryMiB() / 4 * 3);
        applied.put("heap", heap + "MiB");
        var classPath = compiled == null ? artifact : compiled;
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap + "m",
                "-Djava.io.tmpdir=" + workplace.temporary(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                classPath.toString(),
                entryPoint(offer, artifact));
    }

    /** The class to start: the merging task's, the declared one, or the one that the source file is named for. */
    private static String entryPoint(Offer offer, Path artifact) {
        var spec = offer.spec().manifest().spec();
        if (offer.merge()) {
            return spec.batch().merge().entryPoint();
        }
        var declared = spec.workload().entryPoint();
        return declared != null ? declared : artifact.getFileName().toString().replaceFirst("\\.[^.]*$", "");
    }

    /** The workload's contract; nothing of the agent's own environment is passed on. */
    private static Map<String, String> environment(Offer offer, Workplace workplace, Map<String, String> secrets)
            throws Workplace.Unusable, IOException {
        var environment = new HashMap<>(secrets);
        if (!secrets.isEmpty()) {
            environment.put(MaskedLog.NAMES, String.join(",", secrets.keySet()));
        }
        environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.put("HOME", workplace.directory().toString());
        environment.put("LANG", "C.UTF-8");
        environment.put("TMPDIR", workplace.temporary().toString());
        environment.put("BARECOUNT_RUN", offer.attempt().run().toString());
        environment.put("BARECOUNT_TASK", offer.attempt().task().toString());
        environment.put("BARECOUNT_ATTEMPT", offer.attempt().toString());
        environment.put("BARECOUNT_OUTPUT", workplace.output().toString());
        environment.put("BARECOUNT_TASK_OUTPUTS", workplace.taskOutputs().toString());
        if (offer.slice() != null) {
            environment.put("BARECOUNT_SLICE", offer.slice());
        }
        if (offer.spec().payload() != null) {
            environment.put("BARECOUNT_PAYLOAD", workplace.payload().toString());
        }
        offer.spec().parameters().forEach((name, value) -> environment.put("BARECOUNT_PARAM_" + variable(name), value));
        Manifest.Data data = offer.spec().manifest().spec().data();
        for (var input : data.inputs()) {
            environment.put(
                    "BARECOUNT_INPUT_" + variable(input.name()),
                    workplace.inStorage(input.uri()).toString());
        }
        var writesOutputs = offer.merge() || offer.spec().manifest().taskCount() == 1;
        for (var output : writesOutputs ? data.outputs() : List.<Manifest.DataSet>of()) {
            workplace.inStorage(output.uri());
            environment.put(
                    "BARECOUNT_OUTPUTS_" + variable(output.name()),
                    workplace.declared(output.name()).toString());
        }
        return environment;
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** Starts it; from here on it lives on its own. */
    Process start(Workplace workplace, String payload) throws IOException {
        if (payload != null) {
            Files.writeString(workplace.payload(), payload);
        }
        var builder = new ProcessBuilder(command)
                .directory(workplace.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(workplace.directory().resolve("bootstrap.txt").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** What the process saw of the network. */
    static String observed(Workplace workplace, boolean isolated) throws IOException {
        if (!isolated) {
            return Evidence.CONFIGURED_NOT_OBSERVED;
        }
        if (!Files.exists(workplace.interfaces())) {
            return Evidence.CONFIGURED_NOT_OBSERVED;
        }
        var names = Files.readAllLines(workplace.interfaces()).stream()
                .filter(line -> line.contains(":"))
                .map(line -> line.substring(0, line.indexOf(':')).strip())
                .toList();
        var seen = "interfaces seen by the workload: " + names;
        if (Files.exists(workplace.passage())) {
            return seen + "; " + Passage.observed(workplace.traffic()) + "; "
                    + counted(workplace, "Tcp:", "AttemptFails") + " connections to nobody";
        }
        return seen + "; " + counted(workplace, "Ip:", "OutNoRoutes") + " sends had no way out";
    }

    /** What the kernel counted in the workload's network; 0 where it could not be read. */
    private static String counted(Workplace workplace, String protocol, String counter) throws IOException {
        if (!Files.exists(workplace.counters())) {
            return "0";
        }
        var lines = Files.readAllLines(workplace.counters()).stream()
                .filter(line -> line.startsWith(protocol))
                .map(line -> List.of(line.split(" ")))
                .toList();
        var column = lines.isEmpty() ? -1 : lines.get(0).indexOf(counter);
        return column < 0 || lines.size() < 2 ? "0" : lines.get(1).get(column);
    }
}
