package io.barecount.agent;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.agent.Offer;
import io.barecount.contracts.agent.Poll;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * An attempt whose workload is an image, run by podman: it is a child of ours, needs no daemon and no root. Its root is read-only, it has no
 * capabilities and no network, and of this machine it sees its inputs and the places it may write to, where a process would see them.
 */
final class Container {
    private static final String PODMAN = "podman";
    private static final int MINUTES_MAX = 10;
    private static final int PROCESSES_MAX = 4096;
    private static final long BYTES_OF_KIBIBYTE = 1024;

    /** How podman is told of its own place: for it, not for the container. */
    private static final List<String> OWN =
            List.of("HOME", "XDG_RUNTIME_DIR", "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF", "REGISTRY_AUTH_FILE");

    /** Of a process that has no meaning in an image. */
    private static final Set<String> NOT_GIVEN = Set.of("PATH", "HOME");

    private Container() {}

    static boolean isWanted(Offer offer) {
        return offer.spec().manifest().spec().workload().image() != null;
    }

    /**
     * How it is started. Values of variables are podman's to pass on, from its own environment: none is an argument.
     *
     * @param applied gets what is applied, for the evidence
     * @throws Workplace.Unusable if it can't be run here as it has to be
     */
    static List<String> command(
            Offer offer,
            Workplace workplace,
            Settings settings,
            Map<String, String> variables,
            Map<String, String> applied)
            throws Workplace.Unusable, IOException {
        var workload = offer.spec().manifest().spec().workload();
        var allow = offer.boundary().egress() == null
                ? List.<String>of()
                : offer.boundary().egress().allow();
        if (!Programs.isInstalled(PODMAN)) {
            throw new Workplace.Unusable("agent " + settings.id() + " has no podman to run the image "
                    + workload.image() + " with: install it");
        }
        if (!allow.isEmpty() && settings.egress() != Poll.Egress.RECORD) {
            throw new Workplace.Unusable("a container reaches nobody on this agent, and boundary "
                    + offer.boundary().name() + " allows " + allow
                    + ": declare an artifact, or a boundary without egress");
        }
        applied.put("image", workload.image() + ", id " + imageId(workload.image()));
        applied.put("container", "podman, read-only root, no capabilities, no new privileges");
        var isIsolated = settings.egress() != Poll.Egress.RECORD;
        applied.put("network", isIsolated ? "own network namespace" : "host network");
        var command = new ArrayList<>(List.of(
                PODMAN,
                "run",
                "--rm",
                "--name=" + name(offer.attempt()),
                "--pull=never",
                "--log-driver=none",
                "--network=" + (isIsolated ? "none" : "host"),
                "--read-only",
                "--read-only-tmpfs=false",
                "--cap-drop=all",
                "--security-opt=no-new-privileges",
                "--security-opt=label=disable",
                "--ulimit=nofile=" + PROCESSES_MAX + ":" + PROCESSES_MAX,
                "--ulimit=nproc=" + PROCESSES_MAX + ":" + PROCESSES_MAX,
                "--workdir=" + workplace.temporary(),
                "--env=HOME=" + workplace.temporary()));
        command.addAll(limits(offer, settings, applied));
        for (var name : new TreeSet<>(variables.keySet())) {
            if (!NOT_GIVEN.contains(name)) {
                command.add("--env=" + name);
            }
        }
        for (var writable : List.of(workplace.output(), workplace.declared(), workplace.temporary())) {
            command.add("--volume=" + writable + ":" + writable);
        }
        command.add("--volume=" + workplace.temporary() + ":/tmp");
        for (var readable : readable(offer, workplace)) {
            command.add("--volume=" + readable + ":" + readable + ":ro");
        }
        command.add(workload.image());
        var entryPoint =
                offer.merge() ? offer.spec().manifest().spec().batch().merge().entryPoint() : workload.entryPoint();
        if (entryPoint != null) {
            command.add(entryPoint);
        }
        return command;
    }

    private static List<Path> readable(Offer offer, Workplace workplace) throws Workplace.Unusable, IOException {
        var readable = new ArrayList<Path>();
        for (var input : offer.spec().manifest().spec().data().inputs()) {
            readable.add(workplace.inStorage(input.uri()));
        }
        if (offer.spec().payload() != null) {
            readable.add(workplace.payload());
        }
        if (offer.merge() && Files.isDirectory(workplace.taskOutputs())) {
            readable.add(workplace.taskOutputs());
        }
        return readable;
    }

    private static List<String> limits(Offer offer, Settings settings, Map<String, String> applied)
            throws Workplace.Unusable, IOException {
        var runner = offer.spec().manifest().spec().runner();
        var disk = Limits.diskMiB(runner, settings, applied);
        var limits = new ArrayList<>(List.of("--ulimit=fsize=" + disk * BYTES_OF_KIBIBYTE * BYTES_OF_KIBIBYTE));
        var controllers = said("info", "--format", "{{.Host.CgroupControllers}}");
        if (controllers.contains("memory")) {
            limits.add("--memory=" + runner.memoryMiB() + "m");
            limits.add("--memory-swap=" + runner.memoryMiB() + "m");
            limits.add("--pids-limit=" + PROCESSES_MAX);
        }
        applied.put(
                "memory",
                controllers.contains("memory")
                        ? runner.memoryMiB() + "MiB of all its processes (the container's control group)"
                        : "not limited: podman has no control group for memory here");
        if (controllers.contains("cpu ") || controllers.contains("cpu]") || controllers.contains("cpu,")) {
            limits.add("--cpus=" + runner.onprem().cpu());
            applied.put(
                    "cpu", runner.onprem().cpu() + " processors of all its processes (the container's control group)");
        } else {
            applied.put("cpu", "not limited: podman has no control group for processors here");
        }
        return limits;
    }

    /** Pulls it if it is not here; what is here under this digest is what was permitted. */
    private static String imageId(String image) throws Workplace.Unusable, IOException {
        try {
            return said("image", "inspect", "--format", "{{.Id}}", image);
        } catch (Workplace.Unusable notHere) {
            said("pull", "--quiet", image);
            return said("image", "inspect", "--format", "{{.Id}}", image);
        }
    }

    /** What podman says, of itself or of an image. */
    private static String said(String... arguments) throws Workplace.Unusable, IOException {
        var command = new ArrayList<>(List.of(PODMAN));
        command.addAll(List.of(arguments));
        var output = Files.createTempFile("podman", ".txt");
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new Workplace.Unusable(
                        String.join(" ", command) + " did not end within " + MINUTES_MAX + " minutes");
            }
            var said = Files.readString(output, StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new Workplace.Unusable(String.join(" ", command) + ": " + said);
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** What podman needs beside the workload's variables. */
    static Map<String, String> environment(Map<String, String> variables) {
        var environment = new HashMap<>(variables);
        environment.remove("HOME");
        environment.put("PATH", System.getenv().getOrDefault("PATH", ""));
        for (var name : OWN) {
            if (System.getenv(name) != null) {
                environment.put(name, System.getenv(name));
            }
        }
        return environment;
    }

    /** When its attempt is over; what podman kept of it goes. */
    static void remove(AttemptId attempt) {
        try {
            said("rm", "--force", "--ignore", "--time=0", name(attempt));
        } catch (Workplace.Unusable | IOException e) {
            System.err.println("attempt " + attempt + ": its container could not be removed: " + e.getMessage());
        }
    }

    private static String name(AttemptId attempt) {
        return "barecount-" + attempt.toString().replace('/', '-');
    }
}
