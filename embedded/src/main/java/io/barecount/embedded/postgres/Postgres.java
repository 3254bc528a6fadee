package io.barecount.embedded.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server as a child process in the foreground, bound to the loopback address, with SCRAM passwords and {@code fsync} on.
 * What it holds survives restarts and kills.
 */
public final class Postgres implements AutoCloseable {
    public static final String SUPERUSER = "postgres";
    private static final Duration START_MAX = Duration.ofSeconds(30);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);

    private final Process process;
    private final int port;
    private final String password;

    private Postgres(Process process, int port, String password) {
        this.process = process;
        this.port = port;
        this.password = password;
    }

    /** Where a server's parts lie. */
    public record Places(Path directory, Path binaries, Path passwordFile, Path log) {}

    /** Initialises the directory if it is new, starts the server and returns when it accepts connections. */
    public static Postgres start(Places places, int port) throws IOException, InterruptedException {
        var home = PostgresBinaries.unpack(places.binaries());
        var launch = LaunchUser.detect();
        var password = Secrets.readOrCreate(places.passwordFile());
        if (!Files.exists(places.directory().resolve("PG_VERSION"))) {
            initialise(places, home, launch);
        }
        endLeftover(places.directory());
        var deadline = System.nanoTime() + START_MAX.toNanos();
        while (true) {
            var process = launch(places, home, launch, port);
            var server = new Postgres(process, port, password);
            if (server.awaitReady(deadline)) {
                return server;
            }
            if (System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException("PostgreSQL did not start within " + START_MAX.toSeconds()
                        + " s; the end of its log, " + places.log() + ":\n" + lastLines(places.log()));
            }
            // The pid file of a killed server looks alive until that process is reaped.
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private static String lastLines(Path log) throws IOException {
        var lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }

    private static void initialise(Places places, Path home, LaunchUser launch)
            throws IOException, InterruptedException {
        // Initialised elsewhere and moved when complete: a cluster that was killed half-way would never start again.
        var initialising = places.directory().resolveSibling(places.directory().getFileName() + ".initialising");
        deleteTree(initialising);
        Files.createDirectories(initialising);
        launch.own(initialising);
        var passwordCopy = Files.createTempFile(places.directory().getParent(), "initdb", ".password");
        try {
            Files.copy(places.passwordFile(), passwordCopy, StandardCopyOption.REPLACE_EXISTING);
            launch.own(passwordCopy);
            var command = launch.command(List.of(
                    home.resolve("bin/initdb").toString(),
                    "--pgdata=" + initialising,
                    "--username=" + SUPERUSER,
                    "--auth=scram-sha-256",
                    "--pwfile=" + passwordCopy,
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync"));
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(places.log().toFile()))
                    .start();
            if (process.waitFor() != 0) {
                throw new IOException(
                        "initdb ended with " + process.exitValue() + " (" + launch + "); its log: " + places.log());
            }
        } finally {
            Files.deleteIfExists(passwordCopy);
        }
        Files.writeString(initialising.resolve("postgresql.conf"), CONFIGURATION, StandardOpenOption.APPEND);
        deleteTree(places.directory());
        Files.move(initialising, places.directory(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Only ever of a directory without a complete cluster. */
    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (var paths = Files.walk(root)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Sized for a laptop; durability as in production. */
    private static final String CONFIGURATION = """

            # BareCount's embedded platform
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            max_connections = 100
            shared_buffers = 96MB
            fsync = on
            synchronous_commit = on
            wal_level = replica
            max_wal_size = 2GB
            checkpoint_timeout = 15min
            autovacuum_naptime = 15s
            max_parallel_workers = 2
            jit = off
            """;

    private static Process launch(Places places, Path home, LaunchUser launch, int port) throws IOException {
        return new ProcessBuilder(OwnSession.command(launch.command(List.of(
                        home.resolve("bin/postgres").toString(),
                        "-D",
                        places.directory().toString(),
                        "-p",
                        Integer.toString(port)))))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(places.log().toFile()))
                .start();
    }

    /** A server that outlived its supervisor would answer in place of ours. */
    private static void endLeftover(Path directory) throws IOException {
        var pidFile = directory.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        var lines = Files.readAllLines(pidFile);
        if (lines.isEmpty() || !lines.get(0).matches("\\d+")) {
            return;
        }
        ProcessHandle.of(Long.parseLong(lines.get(0)))
                .filter(process -> process.info()
                        .command()
                        .map(c -> c.endsWith("postgres"))
                        .orElse(false))
                .filter(process -> process.info()
                        .arguments()
                        .map(arguments -> List.of(arguments).contains(directory.toString()))
                        .orElse(false))
                .ifPresent(process -> {
                    process.destroy();
                    process.onExit()
                            .orTimeout(STOP_MAX.toSeconds(), TimeUnit.SECONDS)
                            .exceptionally(late -> {
                                process.destroyForcibly();
                                return process;
                            })
                            .join();
                });
    }

    private boolean awaitReady(long deadline) throws InterruptedException {
        while (process.isAlive() && System.nanoTime() < deadline) {
            try (var connection = connect(SUPERUSER)) {
                return connection.isValid(1);
            } catch (SQLException notYet) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        return false;
    }

    /** A connection as the superuser: for setting up, never for a service. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), login(SUPERUSER, password));
    }

    private static Properties login(String user, String password) {
        var login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password);
        return login;
    }

    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    public String superuserPassword() {
        return password;
    }

    public Process process() {
        return process;
    }

    /** A database that only its own role (of the same name) may connect to; sets the role's password each time. */
    public void createDatabase(String name, String rolePassword) throws SQLException {
        try (var connection = connect(SUPERUSER)) {
            createRole(connection, name, rolePassword);
            createDatabase(connection, name, name);
        }
    }

    /**
     * As the other, but owned by a second role ({@link #owner}), which migrates it; the first may do what that one grants it. A database
     * that was the first one's is handed over.
     */
    public void createDatabase(String name, String rolePassword, String ownerPassword) throws SQLException {
        var owner = owner(name);
        try (var connection = connect(SUPERUSER);
                var statement = connection.createStatement()) {
            createRole(connection, name, rolePassword);
            createRole(connection, owner, ownerPassword);
            createDatabase(connection, name, owner);
            statement.execute("alter database " + quoted(name) + " owner to " + quoted(owner));
            statement.execute("grant connect on database " + quoted(name) + " to " + quoted(name));
        }
        try (var connection = connect(name);
                var statement = connection.createStatement()) {
            statement.execute("reassign owned by " + quoted(name) + " to " + quoted(owner));
        }
    }

    /** The role that owns a database of two roles. */
    public static String owner(String database) {
        return database + "_owner";
    }

    private static void createRole(Connection connection, String name, String password) throws SQLException {
        try (var statement = connection.createStatement()) {
            if (!exists(connection, "select 1 from pg_roles where rolname = ?", name)) {
                statement.execute("create role " + quoted(name) + " login nosuperuser nocreatedb nocreaterole");
            }
            statement.execute("alter role " + quoted(name) + " password '" + password.replace("'", "''") + "'");
        }
    }

    private static void createDatabase(Connection connection, String name, String owner) throws SQLException {
        if (exists(connection, "select 1 from pg_database where datname = ?", name)) {
            return;
        }
        try (var statement = connection.createStatement()) {
            statement.execute("create database " + quoted(name) + " owner " + quoted(owner));
            statement.execute("revoke connect, temporary on database " + quoted(name) + " from public");
        }
    }

    private static String quoted(String name) {
        return '"' + name + '"';
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (var select = connection.prepareStatement(query)) {
            select.setString(1, name);
            try (var rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** A fast shutdown: open transactions are rolled back, what is committed is kept. */
    @Override
    public void close() {
        interrupt(process.toHandle());
        try {
            if (!process.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client. */
    public static void interrupt(ProcessHandle process) {
        try {
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
