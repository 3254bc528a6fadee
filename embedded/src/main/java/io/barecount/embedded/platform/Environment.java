package io.barecount.embedded.platform;

import io.barecount.embedded.postgres.Postgres;
import io.barecount.embedded.postgres.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The configuration of each process, as environment variables: the same keys as in production. */
final class Environment {
    /** From outside this machine the gateway is reached by an address that only its operator knows. */
    private static final String GATEWAY_URL = "BARECOUNT_GATEWAY_AWS_GATEWAY_URL";

    /** Name of the agent that comes along. */
    static final String AGENT = "local-agent";

    private final DataDirectory data;
    private final Map<String, String> addresses;
    private final List<PlatformState.Database> databases;

    /** @param addresses where a service is reached, whichever of its instances answers */
    Environment(DataDirectory data, Map<String, String> addresses, List<PlatformState.Database> databases) {
        this.data = data;
        this.addresses = addresses;
        this.databases = databases;
    }

    /** @param address where this instance listens */
    Map<String, String> ofService(String service, String instance, String address) throws IOException {
        var environment = new HashMap<String, String>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", addresses.get(Platform.BROKER));
        environment.put("BARECOUNT_INSTANCE", instance);
        listen(environment, address);
        var database = databases.stream()
                .filter(each -> each.name().equals(Platform.database(service)))
                .findFirst()
                .orElseThrow();
        environment.put("QUARKUS_DATASOURCE_JDBC_URL", database.url());
        environment.put("QUARKUS_DATASOURCE_USERNAME", database.user());
        environment.put(
                "QUARKUS_DATASOURCE_PASSWORD",
                Files.readString(Path.of(database.passwordFile())).strip());
        switch (service) {
            case "manifest-service" -> {
                environment.put("BARECOUNT_MANIFEST_SECRETS_DIR", data.secrets().toString());
                environment.put("BARECOUNT_MANIFEST_SIGNERS_DIR", data.signers().toString());
            }
            case "policy-service" -> {
                environment.put("BARECOUNT_POLICY_DOCUMENTS", data.governance().toString());
                environment.put("BARECOUNT_POLICY_PERMIT_KEY", key("permit.pem"));
            }
            case "runner-gateway" -> {
                environment.put("BARECOUNT_GATEWAY_PERMIT_KEYS", key("permit.pub.pem"));
                environment.put("BARECOUNT_GATEWAY_SIGNERS_DIR", data.signers().toString());
                environment.put("BARECOUNT_GATEWAY_EVIDENCE_KEY", key("evidence.pem"));
                environment.put(
                        "BARECOUNT_GATEWAY_ENROLMENT_TOKEN_FILE",
                        data.enrolmentToken().toString());
                environment.put("BARECOUNT_GATEWAY_PLATFORM", origin());
                environment.put(
                        GATEWAY_URL,
                        Optional.ofNullable(System.getenv(GATEWAY_URL)).orElse(addresses.get(service)));
            }
            case "ledger-service" -> {
                environment.put("QUARKUS_FLYWAY_JDBC_URL", database.url());
                environment.put("QUARKUS_FLYWAY_USERNAME", Postgres.owner(database.name()));
                environment.put("QUARKUS_FLYWAY_PASSWORD", Secrets.readOrCreate(data.ownerPassword(service)));
                environment.put("BARECOUNT_LEDGER_CHECKPOINT_KEY", key("checkpoint.pem"));
                environment.put("BARECOUNT_LEDGER_ORIGIN", origin());
                environment.put(
                        "BARECOUNT_LEDGER_CHECKPOINT_DIR", data.checkpoints().toString());
            }
            default -> {}
        }
        return environment;
    }

    /** @param address where this instance listens */
    Map<String, String> ofConsole(String address) {
        var environment = new HashMap<String, String>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", addresses.get(Platform.BROKER));
        listen(environment, address);
        for (var service : Platform.SERVICES) {
            environment.put(
                    "BARECOUNT_CONSOLE_ROUTES_"
                            + service.toUpperCase(java.util.Locale.ROOT).replace('-', '_'),
                    addresses.get(service));
        }
        return environment;
    }

    Map<String, String> ofAgent() {
        var slots = Math.max(2, Runtime.getRuntime().availableProcessors());
        return Map.of(
                "BARECOUNT_AGENT_ID", AGENT,
                "BARECOUNT_AGENT_GATEWAY", addresses.get("runner-gateway"),
                "BARECOUNT_AGENT_DATA", data.agent().toString(),
                "BARECOUNT_AGENT_TOKEN_FILE", data.enrolmentToken().toString(),
                "BARECOUNT_AGENT_STORAGE", data.storage().toString(),
                "BARECOUNT_AGENT_SECRETS", data.agentSecrets().toString(),
                "BARECOUNT_AGENT_SLOTS", Integer.toString(slots),
                "BARECOUNT_AGENT_HEALTH_PORT", portOf(addresses.get("agent")),
                "BARECOUNT_AGENT_EGRESS", egress());
    }

    private String origin() throws IOException {
        return Files.readString(data.keys().resolve("origin")).strip();
    }

    private String key(String file) {
        return data.keys().resolve(file).toString();
    }

    private static void listen(Map<String, String> environment, String address) {
        environment.put("BARECOUNT_ACCESS_OPEN", "true");
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", portOf(address));
    }

    static String portOf(String address) {
        return address.substring(address.lastIndexOf(':') + 1);
    }

    /** What can be done here about the networks of workloads, as the agent's setting has it. */
    static String egress() {
        if (succeeds(
                "unshare",
                "--map-root-user",
                "--net",
                "--mount",
                "/bin/sh",
                "-c",
                "PATH=$PATH:/usr/sbin:/sbin; ip link set lo up && ip route add local 0.0.0.0/0 dev lo"
                        + " && mount --bind /etc/hosts /etc/hosts")) {
            return "enforce";
        }
        return canIsolate() ? "isolate" : "record";
    }

    /** Whether a process can be given a network of its own here. */
    static boolean canIsolate() {
        return succeeds("unshare", "--map-root-user", "--net", "--mount", "true");
    }

    private static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notInstalled) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
