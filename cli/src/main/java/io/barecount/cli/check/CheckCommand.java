package io.barecount.cli.check;

import io.barecount.cli.access.Access;
import io.barecount.contracts.event.Json;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.PlatformState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code barecount deploy check}: exit code 0 if all is as it must be, 1 if not, 2 if it was called wrongly. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at an installation from outside: brokers, topics and their readers, databases, roles and migrations, services,"
                    + " keys and clocks. Says what is not as it must be, and what to do; exits with 1 then. Changes nothing.",
            "With --data alone it looks at the embedded platform that runs there."
        })
public final class CheckCommand implements Callable<Integer> {
    private static final List<String> DATABASES = List.of("manifest", "policy", "scheduler", "gateway", "ledger");

    @Spec
    private CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR", description = "Data directory of an embedded platform.")
    private Path data;

    @Option(names = "--bootstrap-servers", paramLabel = "HOST:PORT,...", description = "Of the Kafka cluster.")
    private String bootstrapServers;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Properties of a Kafka client, such as for TLS and SASL; its principal may describe all.")
    private Path kafkaConfig;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            description = "That each partition is to have (default: 3; of an embedded platform, one for each broker).")
    private Integer replicas;

    @Option(
            names = "--database",
            paramLabel = "HOST:PORT",
            description = "Where the five databases are; the passwords of their roles are taken from the variables"
                    + " BARECOUNT_MANIFEST_PASSWORD and so on, as deploy/compose/.env has them.")
    private String database;

    @Option(
            names = "--database-parameters",
            paramLabel = "TEXT",
            description = "Of the JDBC address, such as sslmode=verify-full.",
            defaultValue = "")
    private String databaseParameters;

    @Option(names = "--console", paramLabel = "URL", description = "Of the front door.")
    private String console;

    @Option(
            names = "--keys",
            paramLabel = "DIR",
            description = "With the keys that deploy init made, or the public ones alone.")
    private Path keys;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var site = site();
        var findings = new ArrayList<Finding>(new KafkaCheck(site).findings());
        for (var one : site.databases()) {
            findings.addAll(new DatabaseCheck(site, one).findings());
        }
        DATABASES.stream()
                .filter(name ->
                        site.databases().stream().noneMatch(one -> one.name().endsWith(name)))
                .map(name -> Finding.unknown(
                        "database " + name, "not looked at: no password", "set " + passwordVariable(name)))
                .forEach(findings::add);
        findings.addAll(new ServicesCheck(site).findings());
        print(findings);
        return findings.stream().anyMatch(finding -> finding.verdict() == Finding.Verdict.WRONG) ? 1 : 0;
    }

    private Site site() throws IOException {
        if (data != null) {
            return embedded(new DataDirectory(data));
        }
        if (bootstrapServers == null || database == null || console == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Where the installation is has to be said: --bootstrap-servers, --database and --console, or --data.");
        }
        var kafka = new HashMap<String, Object>();
        if (kafkaConfig != null) {
            var properties = new Properties();
            try (var reader = Files.newBufferedReader(kafkaConfig)) {
                properties.load(reader);
            }
            properties.forEach((name, value) -> kafka.put(name.toString(), value));
        }
        kafka.put("bootstrap.servers", bootstrapServers);
        return new Site(
                kafka,
                replicas == null ? 3 : replicas,
                databases(),
                console,
                keyDirectory(),
                home(),
                System.getenv(Access.TOKEN));
    }

    private List<Site.Database> databases() {
        var databases = new ArrayList<Site.Database>();
        for (var name : DATABASES) {
            var password = System.getenv(passwordVariable(name));
            if (password != null) {
                var parameters = databaseParameters.isEmpty() ? "" : "?" + databaseParameters;
                databases.add(
                        new Site.Database(name, "jdbc:postgresql://" + database + "/" + name + parameters, password));
            }
        }
        return databases;
    }

    private static String passwordVariable(String database) {
        return "BARECOUNT_" + database.toUpperCase(Locale.ROOT) + "_PASSWORD";
    }

    private Path keyDirectory() {
        return keys != null && Files.isDirectory(keys.resolve("keys")) ? keys.resolve("keys") : keys;
    }

    private static Path home() {
        return Path.of(System.getProperty("barecount.home", ""));
    }

    private Site embedded(DataDirectory directory) throws IOException {
        var state = PlatformState.read(directory)
                .orElseThrow(() -> new IOException("no platform runs over " + directory.root()));
        var databases = new ArrayList<Site.Database>();
        for (var one : state.databases()) {
            databases.add(new Site.Database(
                    one.name(),
                    one.url(),
                    Files.readString(Path.of(one.passwordFile())).strip()));
        }
        return new Site(
                Map.of("bootstrap.servers", state.broker()),
                replicas == null ? state.broker().split(",").length : replicas,
                databases,
                state.frontDoor(),
                directory.keys(),
                home(),
                Access.own(directory).orElse(null));
    }

    private void print(List<Finding> findings) {
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.tree(findings).toPrettyString());
            return;
        }
        for (var finding : findings) {
            out.printf(
                    "%-8s %-20s %s%n",
                    finding.verdict() == Finding.Verdict.OK
                            ? "ok"
                            : finding.verdict() == Finding.Verdict.UNKNOWN ? "?" : finding.verdict(),
                    finding.area(),
                    finding.said());
            if (finding.remedy() != null) {
                out.printf("%-8s %-20s -> %s%n", "", "", finding.remedy());
            }
        }
        var wrong = count(findings, Finding.Verdict.WRONG);
        var warnings = count(findings, Finding.Verdict.WARNING);
        var unknown = count(findings, Finding.Verdict.UNKNOWN);
        out.printf(
                "%n%s: %d wrong, %d to be looked at, %d not known%n",
                wrong == 0 ? "as it must be" : "not as it must be", wrong, warnings, unknown);
    }

    private static long count(List<Finding> findings, Finding.Verdict verdict) {
        return findings.stream().filter(finding -> finding.verdict() == verdict).count();
    }
}
