package io.barecount.policy;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A key of its own and the shipped documents for the service under test. */
public final class GovernanceOnDisk implements QuarkusTestResourceLifecycleManager {
    /** Pays a hundred runs of {@link Samples#draft} in the namespace {@code crowd}, and not one more. */
    static final int PAID = 100;

    private Path key;
    private Path documents;

    @Override
    public Map<String, String> start() {
        try {
            key = Files.createTempFile("permit", ".pem");
            Files.writeString(key, Samples.KEY.toPem());
            documents = Files.createTempDirectory("governance");
            copy(Samples.EXAMPLES.resolve("governance"), documents);
            Files.createDirectories(documents.resolve("budgets"));
            Files.writeString(documents.resolve("budgets/crowd.yaml"), BUDGET.formatted(paidAmount()));
            Files.writeString(documents.resolve("policies/people.yaml"), PEOPLE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "barecount.policy.permit-key", key.toString(),
                "barecount.policy.documents", documents.toString());
    }

    /** Holds whatever comes from the namespace {@code vault} until two people agree. */
    private static final String PEOPLE = """
            apiVersion: barecount.io/v1
            kind: PolicySet
            metadata: {name: people}
            spec:
              rules:
                - id: two-agree
                  owner: data-protection
                  rationale: What leaves the vault is agreed on.
                  level: approve
                  match: manifest.metadata.namespace == 'vault'
                  condition: 'false'
                  path: /metadata/namespace
                  message: "'What leaves the vault is agreed on by two people.'"
                  found: manifest.metadata.namespace
                  allowed: "'two approvals'"
                  approvals: {roles: [governance], quorum: 2, expires: P2D}
                  tests:
                    - {name: elsewhere, expect: unmatched}
                    - name: the vault
                      manifest: {metadata: {namespace: vault}}
                      expect: fires
                      level: approve
                      found: vault
                      allowed: two approvals
            """;

    private static final String BUDGET = """
            apiVersion: barecount.io/v1
            kind: Budget
            metadata: {name: crowd, owner: finops}
            spec:
              namespace: crowd
              limit: {amount: "%s", currency: USD}
              period: year
            """;

    private static String paidAmount() {
        var estimate =
                Samples.shipped().judge(Samples.ask(Samples.draft().manifest())).estimate();
        return estimate.high().times(BigDecimal.valueOf(PAID)).amount().toPlainString();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                var copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    @Override
    public void stop() {
        try {
            Files.deleteIfExists(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
