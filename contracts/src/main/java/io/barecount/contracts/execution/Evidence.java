package io.barecount.contracts.execution;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.Envelope;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.proof.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * Who ran an attempt, where, on which configuration: the predicate of an in-toto statement, signed by the gateway.
 *
 * @param spec digest of what was asked for; the statement's subject
 * @param provider who fulfilled the runner type, such as {@code local}
 * @param environment of the execution: operating system, architecture, runtime version, process id …
 * @param exitCode of the workload; null if it was not allowed to end by itself
 * @param log digest of all that the workload printed; null if there was none
 * @param outputs digest of each output file, by its name
 * @param agentStatement what the agent that ran it signed; null where a provider ran it
 * @param airGap null unless it ran where no network reaches
 */
public record Evidence(
        AttemptId attempt,
        Digest spec,
        RunnerType runnerType,
        String provider,
        String runner,
        Configuration configuration,
        Map<String, String> environment,
        Network network,
        Instant startedAt,
        Instant endedAt,
        Integer exitCode,
        Digest log,
        Map<String, Digest> outputs,
        AgentStatement agentStatement,
        AirGap airGap) {
    public static final String PREDICATE_TYPE = "https://barecount.io/attestation/execution/v1";

    /** Said where the platform configured something and has no way to watch it. */
    public static final String CONFIGURED_NOT_OBSERVED = "configured, not observed";

    public Evidence {
        environment = environment == null ? Map.of() : Map.copyOf(environment);
        outputs = outputs == null ? Map.of() : Map.copyOf(outputs);
    }

    /**
     * @param publicKey PEM of the agent's key, which the gateway attests to be this agent's
     * @param envelope over an in-toto statement with the agent's own report
     */
    public record AgentStatement(String publicKey, Envelope envelope) {}

    /**
     * Carried out and in as files: it ran between the two, and became known with the second.
     *
     * @param bundle that it was carried out in
     */
    public record AirGap(UUID bundle, Instant exportedAt, Instant importedAt) {}

    /** Limits and settings: what the manifest asked for, and what the provider was really given. */
    public record Configuration(Map<String, String> requested, Map<String, String> applied) {
        public Configuration {
            requested = Map.copyOf(requested);
            applied = Map.copyOf(applied);
        }
    }

    /** The boundary: as declared, as applied in the provider's call, and as seen during the run. */
    public record Network(String requested, String applied, String observed) {}

    public Envelope sign(SigningKey key) {
        return Statement.of("run-spec", spec, PREDICATE_TYPE, this).sign(key);
    }
}
