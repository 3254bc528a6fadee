package io.barecount.cli.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** A service's database, as its role sees it. */
final class DatabaseCheck {
    private static final String SECONDS_MAX = "10";
    private static final Pattern MIGRATION = Pattern.compile("V([0-9_]+)__.*\\.sql");
    private static final int VERSION_MIN = 14;

    /** A ledger entry that could be changed would be no evidence. */
    private static final List<String> GROWING = List.of("entries", "checkpoints");

    private final Site site;
    private final Site.Database database;
    private final List<Finding> findings = new ArrayList<>();

    DatabaseCheck(Site site, Site.Database database) {
        this.site = site;
        this.database = database;
    }

    List<Finding> findings() {
        var login = new Properties();
        login.setProperty("user", database.name());
        login.setProperty("password", database.password());
        login.setProperty("connectTimeout", SECONDS_MAX);
        login.setProperty("socketTimeout", SECONDS_MAX);
        try (var connection = DriverManager.getConnection(database.url(), login)) {
            server(connection);
            role(connection);
            migrations(connection);
            if (database.name().equals("ledger")) {
                ledger(connection);
            }
            clock(connection);
        } catch (SQLException e) {
            findings.add(
                    Finding.wrong(
                            area(),
                            "role " + database.name() + " can't work in " + database.url() + ": " + e.getMessage(),
                            "make the database and its role as deploy/compose/databases.sh does, with the password that the service has"));
        } catch (IOException e) {
            findings.add(Finding.unknown(area(), "migrations can't be read: " + e.getMessage(), null));
        }
        return findings;
    }

    private String area() {
        return "database " + database.name();
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    private static List<String> values(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            var values = new ArrayList<String>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    private void server(Connection connection) throws SQLException {
        var version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < VERSION_MIN) {
            findings.add(Finding.wrong(
                    area(), "PostgreSQL " + version, "version " + VERSION_MIN + " or newer: 18 is what is tested"));
        }
        for (var setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            var found = value(connection, "show " + setting);
            if (found.equals("off")) {
                findings.add(Finding.wrong(
                        area(),
                        setting + " is off: what was committed may be gone after a crash",
                        "set " + setting + " = on for the server, and for this role and database"));
            }
        }
    }

    private void role(Connection connection) throws SQLException {
        var powers = value(
                connection,
                "select concat_ws(', ', case when rolsuper then 'superuser' end, case when rolcreatedb then 'createdb' end,"
                        + " case when rolcreaterole then 'createrole' end, case when rolbypassrls then 'bypassrls' end,"
                        + " case when rolreplication then 'replication' end) from pg_roles where rolname = current_user");
        if (!powers.isEmpty()) {
            findings.add(Finding.wrong(
                    area(),
                    "role " + database.name() + " has powers that it must not have: " + powers,
                    "alter role \"" + database.name()
                            + "\" nosuperuser nocreatedb nocreaterole nobypassrls noreplication"));
        }
        var others = values(
                connection,
                "select datname from pg_database where datname in ('manifest', 'policy', 'scheduler', 'gateway',"
                        + " 'runner_gateway', 'ledger') and datname <> current_database()"
                        + " and has_database_privilege(datname, 'connect') order by datname");
        if (!others.isEmpty()) {
            findings.add(Finding.wrong(
                    area(),
                    "role " + database.name() + " may connect to the databases of others: " + others,
                    "revoke connect on database " + String.join(", ", others) + " from public"));
        }
        if (powers.isEmpty() && others.isEmpty()) {
            findings.add(Finding.ok(area(), "role " + database.name() + " reaches its own database alone"));
        }
    }

    private void migrations(Connection connection) throws SQLException, IOException {
        if (value(connection, "select to_regclass('flyway_schema_history')::text") == null) {
            findings.add(Finding.wrong(
                    area(), "holds no tables of ours yet", "start the service once: it makes them as it starts"));
            return;
        }
        var failed = values(connection, "select script from flyway_schema_history where not success");
        if (!failed.isEmpty()) {
            findings.add(Finding.wrong(
                    area(),
                    "a migration failed: " + failed,
                    "the service's log says why; it starts only when all are done"));
        }
        var done = new TreeSet<>(
                values(connection, "select version from flyway_schema_history where success and version is not null"));
        var brought = brought();
        if (brought.isEmpty()) {
            findings.add(Finding.unknown(area(), "which migrations it needs is not known here", null));
            return;
        }
        var missing = new TreeSet<>(brought);
        missing.removeAll(done);
        var ahead = new TreeSet<>(done);
        ahead.removeAll(brought);
        if (!missing.isEmpty()) {
            findings.add(Finding.wrong(
                    area(),
                    "lacks migrations " + missing,
                    "start the service in this version: it migrates as it starts"));
        }
        if (!ahead.isEmpty()) {
            findings.add(Finding.warning(
                    area(),
                    "has migrations that this version does not know: " + ahead,
                    "a newer version has been here; run the check of that version"));
        }
        if (missing.isEmpty() && ahead.isEmpty() && failed.isEmpty()) {
            findings.add(Finding.ok(area(), done.size() + " migrations are done, none is missing"));
        }
    }

    /** Versions that the service brings, as its sources say. */
    private TreeSet<String> brought() throws IOException {
        var service = database.name().endsWith("gateway") ? "runner-gateway" : database.name() + "-service";
        var versions = new TreeSet<String>();
        for (var place :
                List.of(service + "/src/main/resources/db/migration", "messaging/src/main/resources/db/messaging")) {
            var directory = site.home().resolve(place);
            if (Files.isDirectory(directory)) {
                try (var files = Files.list(directory)) {
                    files.map(Path::getFileName)
                            .map(Path::toString)
                            .map(MIGRATION::matcher)
                            .forEach(name -> {
                                if (name.matches()) {
                                    versions.add(name.group(1).replace('_', '.'));
                                }
                            });
                }
            }
        }
        return versions;
    }

    private void ledger(Connection connection) throws SQLException {
        for (var table : GROWING) {
            var always = value(
                    connection,
                    "select count(*) from pg_trigger where tgrelid = to_regclass('" + table
                            + "') and not tgisinternal and tgenabled = 'A'");
            if ("0".equals(always)) {
                findings.add(Finding.wrong(
                        area(),
                        "rows of " + table + " can be changed: the trigger that refuses it is off or gone",
                        "find out who switched it off; then: alter table " + table
                                + " enable always trigger " + table
                                + "_only_grow; and ./barecount verify with an older checkpoint"));
            }
        }
    }

    private void clock(Connection connection) throws SQLException {
        var before = Instant.now();
        var there = Instant.ofEpochMilli(
                Long.parseLong(value(connection, "select (extract(epoch from clock_timestamp()) * 1000)::bigint")));
        Clocks.compare(area(), there, before, Instant.now(), Duration.ZERO).ifPresent(findings::add);
    }
}
