package io.barecount.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.cli.check.CheckCommand;
import io.barecount.embedded.platform.DataDirectory;
import io.barecount.embedded.platform.PlatformState;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine;

/** {@code deploy check} against a running platform of which one thing after the other is broken, and mended again. */
final class InstallationCheck {
    private final DataDirectory data;
    private final PlatformState state;

    InstallationCheck(DataDirectory data) throws Exception {
        this.data = data;
        this.state = PlatformState.read(data).orElseThrow();
        System.setProperty("barecount.home", Launcher.home().toString());
    }

    private record Said(int exitCode, String report) {}

    private Said check() {
        var report = new StringWriter();
        var line = new CommandLine(new CheckCommand()).setOut(new PrintWriter(report));
        return new Said(line.execute("--data", data.root().toString()), report.toString());
    }

    void findsNothingWrong() {
        var said = check();

        assertThat(said.exitCode()).as(said.report()).isZero();
        assertThat(said.report())
                .contains("as it must be", "topics are as the code wants them", "ledger-service reads");
    }

    private void finds(String... words) {
        var said = check();

        assertThat(said.exitCode()).as(said.report()).isEqualTo(1);
        assertThat(said.report()).contains(words);
    }

    void findsATopicThatForgetsTooSoon() throws Exception {
        alter("60000");
        finds("barecount.runs has retention.ms=60000", "kafka-configs.sh --alter --topic barecount.runs");
        alter("2592000000");
    }

    private void alter(String retention) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", state.broker()))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, "barecount.runs"),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("retention.ms", retention), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    void findsARoleWithTooMuchPower() throws Exception {
        asSuperuser("policy", "alter role policy createdb");
        finds("role policy has powers that it must not have: createdb", "alter role \"policy\"");
        asSuperuser("policy", "alter role policy nocreatedb");
    }

    void findsADatabaseThatOthersReach() throws Exception {
        asSuperuser("scheduler", "grant connect on database scheduler to public");
        finds(
                "role policy may connect to the databases of others: [scheduler]",
                "revoke connect on database scheduler");
        asSuperuser("scheduler", "revoke connect on database scheduler from public");
    }

    void findsAMigrationThatIsMissing() throws Exception {
        asSuperuser("manifest", "update flyway_schema_history set version = '999' where version = '1'");
        finds("lacks migrations [1]", "does not know: [999]");
        asSuperuser("manifest", "update flyway_schema_history set version = '1' where version = '999'");
    }

    void findsALedgerThatCanBeChanged() throws Exception {
        asSuperuser("ledger", "alter table entries disable trigger entries_only_grow");
        finds("rows of entries can be changed", "enable always trigger");
        asSuperuser("ledger", "alter table entries enable always trigger entries_only_grow");
    }

    void findsAKeyThatIsNotTheOneInUse() throws Exception {
        var file = data.keys().resolve("permit.pub.pem");
        var original = Files.readString(file);
        Files.writeString(file, Files.readString(data.keys().resolve("evidence.pub.pem")));
        finds("policy-service signs with another key", "permit.pub.pem is not the public half of permit.pem");
        Files.writeString(file, original);
    }

    void findsAPrivateKeyThatOthersCanRead() throws Exception {
        var file = data.keys().resolve("checkpoint.pem");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        finds("checkpoint.pem can be read or changed by others", "chmod 0400");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    }

    void findsThatNobodyAnswers() {
        var report = new StringWriter();
        var line = new CommandLine(new CheckCommand()).setOut(new PrintWriter(report));
        var exitCode = line.execute(
                "--bootstrap-servers",
                state.broker(),
                "--replicas",
                "1",
                "--database",
                "127.0.0.1:1",
                "--console",
                "http://127.0.0.1:1");

        assertThat(exitCode).as(report.toString()).isEqualTo(1);
        assertThat(report.toString())
                .contains("ledger-service      ", "does not answer at http://127.0.0.1:1", "BARECOUNT_LEDGER_PASSWORD");
    }

    private void asSuperuser(String database, String statement) throws Exception {
        var one = state.databases().stream()
                .filter(d -> d.name().equals(database))
                .findFirst()
                .orElseThrow();
        var password = Files.readString(Path.of(data.secrets().toString(), "postgres.password"))
                .strip();
        try (var connection = DriverManager.getConnection(one.url(), "postgres", password);
                var change = connection.createStatement()) {
            change.execute(statement);
        }
    }
}
