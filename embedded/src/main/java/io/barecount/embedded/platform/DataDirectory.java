package io.barecount.embedded.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** All state of an embedded platform. */
public record DataDirectory(Path root) {
    public DataDirectory {
        root = root.toAbsolutePath().normalize();
    }

    public void create() throws IOException {
        Files.createDirectories(root);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (var directory : new Path[] {
            keys(), secrets(), agentSecrets(), logs(), run(), storage(), agent(), checkpoints(), governance(), signers()
        }) {
            Files.createDirectories(directory);
        }
        for (var directory : new Path[] {keys(), secrets(), agentSecrets()}) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    public Path keys() {
        return root.resolve("keys");
    }

    /** Who may sign the manifests of which namespace. */
    public Path signers() {
        return root.resolve("signers");
    }

    public Path secrets() {
        return root.resolve("secrets");
    }

    /** What {@code secrets} of workloads refer to, as the agent that comes along has them. */
    public Path agentSecrets() {
        return root.resolve("agent-secrets");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    public Path run() {
        return root.resolve("run");
    }

    /** What the agent's workloads read and write: {@code file:} references are relative to it. */
    public Path storage() {
        return root.resolve("storage");
    }

    public Path agent() {
        return root.resolve("agent");
    }

    /** Of the role that owns a service's database, where that is not the service's own. */
    Path ownerPassword(String service) {
        return secrets().resolve(service + ".db-owner-password");
    }

    /** By which the agent that comes along is enrolled. */
    public Path enrolmentToken() {
        return secrets().resolve("agent.enrolment");
    }

    /** Where the ledger keeps its last checkpoint outside of its database. */
    public Path checkpoints() {
        return root.resolve("checkpoints");
    }

    /** Policies, boundaries and prices. */
    public Path governance() {
        return root.resolve("governance");
    }

    /** What the broker of this number holds; the first is 1. */
    Path kafka(int number) {
        return root.resolve(number == 1 ? "kafka" : "kafka-" + number);
    }

    /** The id that the brokers were formatted with. */
    Path kafkaCluster() {
        return root.resolve("kafka.cluster");
    }

    Path postgres() {
        return root.resolve("postgres");
    }

    Path lock() {
        return run().resolve("lock");
    }

    public Path state() {
        return run().resolve("platform.json");
    }
}
