package io.barecount.contracts.workload;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.Digest;
import java.util.List;
import java.util.Map;

/**
 * All that the holder of a claim needs to execute its attempt. Addresses are good for this alone, and for a limited time: whoever runs
 * the workload needs no rights of its own to the data.
 *
 * @param entryPoint null where the artifact has just one
 * @param variables of the workload's environment, but for paths, which the instance fills in
 * @param secrets to be fetched by the instance itself, with its own role; null if there are none
 * @param payload null if the submission has none
 * @param inputs and {@code taskOutputs}: files to be there before the workload starts
 * @param taskOutputs of the run's other tasks, by {@code index/file}; for the merging task, else empty
 * @param outputs that this task is to write
 * @param timeoutSeconds after which the workload is stopped
 * @param beatSeconds how often the instance says that it is alive
 */
public record Grant(
        AttemptId attempt,
        Manifest.Runtime runtime,
        String entryPoint,
        int memoryMiB,
        long timeoutSeconds,
        long beatSeconds,
        Map<String, String> variables,
        Secrets secrets,
        String payload,
        Artifact artifact,
        Artifact javaRuntime,
        List<Input> inputs,
        List<File> taskOutputs,
        List<Output> outputs) {
    /** @param name of the file */
    public record Artifact(String name, String url, Digest digest) {}

    /**
     * @param variable that names its place to the workload
     * @param path of a file or of a directory, relative to the storage
     */
    public record Input(String variable, String path, List<File> files) {}

    /** @param path relative to the storage */
    public record File(String path, String url) {}

    /**
     * Where AWS Secrets Manager is asked, never what it answers.
     *
     * @param url null for the region's own
     * @param ids names or ARNs by the variable that each secret goes into
     */
    public record Secrets(String region, String url, Map<String, String> ids) {}

    /** @param variable that names its place to the workload */
    public record Output(String variable, String name) {}
}
