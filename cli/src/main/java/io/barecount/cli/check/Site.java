package io.barecount.cli.check;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where the parts of an installation are.
 *
 * @param kafka settings of a client that reaches the cluster, {@code bootstrap.servers} at least
 * @param replicas that each partition is to have
 * @param databases one of each service; without those whose password is not known here
 * @param console base address of the front door
 * @param keys directory with the keys that {@code deploy init} made; null if it is not here
 * @param home of the project, for the migrations that its services bring
 * @param token of a bearer, who may look at what all namespaces share; null if none is known
 */
public record Site(
        Map<String, Object> kafka,
        int replicas,
        List<Database> databases,
        String console,
        Path keys,
        Path home,
        String token) {
    /** @param name of the database, and of its role */
    public record Database(String name, String url, String password) {}
}
