package io.barecount.ledger;

import io.barecount.contracts.proof.SigningKey;
import io.barecount.embedded.postgres.Postgres;
import io.barecount.testing.BackingServices;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** A key, an origin, a checkpoint directory and a database of two roles for the time of the tests. */
public final class LedgerFiles implements QuarkusTestResourceLifecycleManager {
    public static final String ORIGIN = "ledger.test/service";
    public static final String DATABASE = "ledger";
    private static final String PASSWORD = "for-tests-only";

    @Override
    public Map<String, String> start() {
        try {
            var directory = Files.createTempDirectory("ledger");
            var key = Files.writeString(
                    directory.resolve("checkpoint.pem"), SigningKey.generate().toPem());
            var config = new HashMap<>(database());
            config.put("barecount.ledger.checkpoint-key", key.toString());
            config.put("barecount.ledger.origin", ORIGIN);
            config.put(
                    "barecount.ledger.checkpoint-dir",
                    directory.resolve("signed").toString());
            return config;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** After {@link BackingServices}, in whose place this says where the database is. */
    @Override
    public int order() {
        return 1;
    }

    /** In a container there is one role, which owns what it writes to. */
    private static Map<String, String> database() throws SQLException {
        var postgres = BackingServices.current().postgres();
        if (postgres == null) {
            return Map.of();
        }
        postgres.createDatabase(DATABASE, PASSWORD, PASSWORD);
        var url = postgres.url(DATABASE);
        return Map.of(
                "quarkus.datasource.jdbc.url", url,
                "quarkus.datasource.username", DATABASE,
                "quarkus.datasource.password", PASSWORD,
                "quarkus.flyway.jdbc-url", url,
                "quarkus.flyway.username", Postgres.owner(DATABASE),
                "quarkus.flyway.password", PASSWORD);
    }

    /** As the one who may do anything: the superuser of the server. */
    public static Connection connect() throws SQLException {
        var backing = BackingServices.current();
        return backing.postgres() == null
                ? DriverManager.getConnection(backing.databaseUrl(), backing.user(), backing.password())
                : backing.postgres().connect(DATABASE);
    }

    /** As the role that writes, or the one that owns. */
    public static Connection connect(String role) throws SQLException {
        return DriverManager.getConnection(BackingServices.current().postgres().url(DATABASE), role, PASSWORD);
    }

    @Override
    public void stop() {}
}
