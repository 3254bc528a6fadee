package io.barecount.gateway.storage;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.workload.Grant;
import io.barecount.gateway.GatewayConfig;
import io.barecount.gateway.runner.Work;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a workload is given, and where it puts what it wrote. */
@ApplicationScoped
public class Grants {
    private static final String SCHEME = "file:";
    private static final String SECRETS_MANAGER = "secretsmanager:";
    private static final String OWN = "output/";
    private static final String DECLARED = "declared/";

    private final Storage storage;
    private final GatewayConfig config;

    Grants(Storage storage, GatewayConfig config) {
        this.storage = storage;
        this.config = config;
    }

    /** A reference or a name that leads to where it must not. */
    public static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    public Grant of(Work work) {
        var spec = work.spec().manifest().spec();
        var artifact = spec.workload().artifact();
        if (artifact == null) {
            throw new Unusable(
                    "an image runs on premises only, found " + spec.workload().image());
        }
        var path = path(artifact.uri());
        return new Grant(
                work.attempt(),
                spec.workload().runtime(),
                work.merge()
                        ? spec.batch().merge().entryPoint()
                        : spec.workload().entryPoint(),
                spec.runner().memoryMiB(),
                spec.execution().timeout().toSeconds(),
                config.drive().beatEvery().toSeconds(),
                variables(work),
                secrets(work),
                work.spec().payload(),
                new Grant.Artifact(path.substring(path.lastIndexOf('/') + 1), storage.toGet(path), artifact.digest()),
                javaRuntime(),
                spec.data().inputs().stream().map(this::input).toList(),
                work.merge() ? taskOutputs(work) : List.of(),
                outputs(work).stream()
                        .map(output -> new Grant.Output("BARECOUNT_OUTPUTS_" + variable(output.name()), output.name()))
                        .toList());
    }

    private Grant.Artifact javaRuntime() {
        return config.aws()
                .javaRuntime()
                .map(path -> new Grant.Artifact(
                        path.substring(path.lastIndexOf('/') + 1),
                        storage.toGet(path),
                        Digest.parse(config.aws()
                                .javaRuntimeDigest()
                                .orElseThrow(() -> new IllegalStateException(
                                        "barecount.gateway.aws.java-runtime-digest is missing: a runtime is pinned")))))
                .orElse(null);
    }

    private Grant.Secrets secrets(Work work) {
        var ids = new TreeMap<String, String>();
        work.spec().manifest().spec().workload().secretReferences().forEach((variable, reference) -> {
            if (!reference.startsWith(SECRETS_MANAGER)) {
                throw new Unusable("the secret " + variable + " (" + reference
                        + ") can't be had on a runner of AWS: expected secretsmanager:name-or-arn");
            }
            ids.put(variable, reference.substring(SECRETS_MANAGER.length()));
        });
        return ids.isEmpty()
                ? null
                : new Grant.Secrets(
                        work.boundary().region(),
                        config.aws().endpoint().map(Object::toString).orElse(null),
                        ids);
    }

    private Grant.Input input(Manifest.DataSet input) {
        var path = path(input.uri());
        return new Grant.Input("BARECOUNT_INPUT_" + variable(input.name()), path, files(path, ""));
    }

    private List<Grant.File> taskOutputs(Work work) {
        var all = taskOutputs(work.attempt());
        return files(all, all + "/");
    }

    private List<Grant.File> files(String path, String cut) {
        return storage.list(path).stream()
                .map(file -> new Grant.File(file.substring(cut.length()), storage.toGet(file)))
                .toList();
    }

    private static Map<String, String> variables(Work work) {
        var variables = new HashMap<String, String>();
        variables.put("BARECOUNT_RUN", work.attempt().run().toString());
        variables.put("BARECOUNT_TASK", work.attempt().task().toString());
        variables.put("BARECOUNT_ATTEMPT", work.attempt().toString());
        if (work.slice() != null) {
            variables.put("BARECOUNT_SLICE", work.slice());
        }
        work.spec().parameters().forEach((name, value) -> variables.put("BARECOUNT_PARAM_" + variable(name), value));
        return variables;
    }

    /** Declared outputs are the merging task's to write, or the only one's. */
    private static List<Manifest.DataSet> outputs(Work work) {
        var manifest = work.spec().manifest();
        return work.merge() || manifest.taskCount() == 1
                ? manifest.spec().data().outputs()
                : List.of();
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private static String taskOutputs(AttemptId attempt) {
        return "task-outputs/" + attempt.run();
    }

    private static String staging(AttemptId attempt) {
        return "attempts/" + attempt;
    }

    /** Addresses to put the files to, where only this attempt looks. */
    public Map<String, String> uploads(Work work, List<String> files) {
        var urls = new TreeMap<String, String>();
        for (var file : files) {
            destination(work, file);
            urls.put(file, storage.toPut(staging(work.attempt()) + "/" + file));
        }
        return urls;
    }

    /** Makes visible what the attempt has put there, and says as what; may be repeated. */
    public Map<String, String> publish(Work work, List<String> files) {
        var published = new TreeMap<String, String>();
        for (var file : files) {
            var to = destination(work, file);
            storage.copy(staging(work.attempt()) + "/" + file, to);
            published.put(file, to);
        }
        return published;
    }

    /** What was put there by an attempt that has ended. */
    public void clear(Work work) {
        storage.remove(staging(work.attempt()) + "/");
    }

    /** Where a file of the workload belongs in the storage. */
    private static String destination(Work work, String file) {
        if (file.startsWith(OWN)) {
            return taskOutputs(work.attempt()) + "/" + work.attempt().task().index() + "/"
                    + within(file, file.substring(OWN.length()));
        }
        if (file.startsWith(DECLARED)) {
            var rest = within(file, file.substring(DECLARED.length()));
            for (var output : outputs(work)) {
                if (rest.equals(output.name())) {
                    return path(output.uri());
                }
                if (rest.startsWith(output.name() + "/")) {
                    return path(output.uri()) + rest.substring(output.name().length());
                }
            }
        }
        throw new Unusable(
                "'" + file + "' is no output of this task; allowed are output/… and declared/<name>, with names of "
                        + outputs(work).stream().map(Manifest.DataSet::name).toList());
    }

    private static String within(String file, String rest) {
        var parts = new ArrayList<>(List.of(rest.split("/", -1)));
        if (parts.stream().anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."))) {
            throw new Unusable("'" + file + "' is not the plain path of a file");
        }
        return rest;
    }

    private static String path(String uri) {
        if (!uri.startsWith(SCHEME)) {
            throw new Unusable("a reference of the form file:path is needed, found " + uri);
        }
        return within(uri, uri.substring(SCHEME.length()));
    }
}
