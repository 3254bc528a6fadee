package io.barecount.manifest;

import java.util.List;

/** Manifests for tests: a good one, and bad ones that each break one rule. */
public final class Manifests {
    private static final String DIGEST = "sha256:" + "5f0c6a0f3c0e4c0d".repeat(4);

    private Manifests() {}

    /** A manifest that breaks no rule but this one. */
    public record Bad(String rule, String code, String pointer, String text) {
        @Override
        public String toString() {
            return rule;
        }
    }

    /** Valid; every block that this text has a line of its own for can be replaced by {@link String#replace}. */
    public static String valid(String namespace, String name) {
        return """
                apiVersion: barecount.io/v1
                kind: Pipeline
                metadata:
                  name: %s
                  namespace: %s
                  labels: {tier: gold}
                spec:
                  owner: {team: macro-data, contact: macro@example.org, costCenter: CC-4410}
                  data:
                    classification: confidential
                    residency: [eu-central-1]
                    inputs:
                      - {name: gdp-raw, uri: file:data/gdp.csv}
                    outputs:
                      - {name: gdp-sap, uri: "s3://macro/gdp/"}
                  workload:
                    artifact:
                      uri: file:workloads/Gdp.java
                      digest: %s
                    runtime: java-21
                    parameters: {quarter: 2025Q4}
                  runner:
                    type: lambda
                    lambda: {memoryMiB: 512}
                  network: {model: privatelink, boundary: sap-prod}
                  triggers:
                    - webhook: {name: orders, secret: "file:orders-webhook"}
                  batch:
                    slices: [DE, FR, IT]
                    merge: {entryPoint: Merge}
                  execution: {timeout: PT10M}
                """.formatted(name, namespace, DIGEST);
    }

    /** The same of another runner type. */
    public static String validOn(String runner, String settings) {
        return valid("finance", "gdp")
                .replace("type: lambda", "type: " + runner)
                .replace("lambda: {memoryMiB: 512}", runner + ": " + settings);
    }

    /** One for each rule. */
    public static List<Bad> bad(String namespace, String name) {
        var good = valid(namespace, name);
        return List.of(
                bad("unknown field", "unknown-field", "/spec/execution/timout", good, "timeout:", "timout:"),
                bad("missing field", "missing-field", "/spec/owner/team", good, "team: macro-data, ", ""),
                bad(
                        "no runner",
                        "missing-field",
                        "/spec/runner",
                        good,
                        "  runner:\n    type: lambda\n    lambda: {memoryMiB: 512}\n",
                        ""),
                bad(
                        "no network",
                        "missing-field",
                        "/spec/network",
                        good,
                        "  network: {model: privatelink, boundary: sap-prod}\n",
                        ""),
                bad(
                        "unknown runner type",
                        "not-allowed",
                        "/spec/runner/type",
                        good,
                        "type: lambda\n    lambda: {memoryMiB: 512}",
                        "type: kubernetes"),
                bad(
                        "settings of another runner",
                        "other-runner",
                        "/spec/runner/glue",
                        good,
                        "lambda: {memoryMiB: 512}",
                        "lambda: {memoryMiB: 512}\n    glue: {workerType: G.1X, workers: 2}"),
                bad(
                        "no settings of the runner",
                        "missing-field",
                        "/spec/runner/lambda",
                        good,
                        "    lambda: {memoryMiB: 512}\n",
                        ""),
                bad(
                        "auto without what it needs",
                        "missing-field",
                        "/spec/runner/auto",
                        good,
                        "type: lambda\n    lambda: {memoryMiB: 512}",
                        "type: auto"),
                bad(
                        "auto among itself",
                        "not-allowed",
                        "/spec/runner/auto/among/1",
                        good,
                        "type: lambda\n    lambda: {memoryMiB: 512}",
                        "type: auto\n    auto: {memoryMiB: 512, among: [lambda, auto]}"),
                bad(
                        "auto with the settings of another runner",
                        "other-runner",
                        "/spec/runner/lambda",
                        good,
                        "type: lambda\n",
                        "type: auto\n    auto: {memoryMiB: 512}\n"),
                bad("unknown network model", "not-allowed", "/spec/network/model", good, "privatelink", "internet"),
                bad("malformed name", "bad-format", "/spec/network/boundary", good, "sap-prod", "SAP_prod"),
                bad("wrong api version", "not-allowed", "/apiVersion", good, "barecount.io/v1", "barecount.io/v2"),
                bad("wrong type", "wrong-type", "/spec/workload/parameters/quarter", good, "2025Q4", "2025"),
                bad("out of range", "out-of-range", "/spec/runner/lambda/memoryMiB", good, "512", "64"),
                bad("malformed digest", "bad-format", "/spec/workload/artifact/digest", good, "sha256:5f", "sha256:zz"),
                bad(
                        "path that leaves the storage",
                        "bad-format",
                        "/spec/data/inputs/0/uri",
                        good,
                        "file:data/gdp.csv",
                        "file:data/../../etc/passwd"),
                bad(
                        "absolute path",
                        "bad-format",
                        "/spec/workload/artifact/uri",
                        good,
                        "file:workloads/Gdp.java",
                        "file:/etc/passwd"),
                bad("malformed duration", "bad-format", "/spec/execution/timeout", good, "PT10M", "10 minutes"),
                bad("Lambda runs too long", "lambda-timeout", "/spec/execution/timeout", good, "PT10M", "PT16M"),
                bad(
                        "no such Fargate size",
                        "fargate-size",
                        "/spec/runner/fargate/memoryMiB",
                        good,
                        "type: lambda\n    lambda: {memoryMiB: 512}",
                        "type: fargate\n    fargate: {cpu: 256, memoryMiB: 4096}"),
                bad(
                        "no such instance type",
                        "bad-format",
                        "/spec/runner/ec2/instanceType",
                        good,
                        "type: lambda\n    lambda: {memoryMiB: 512}",
                        "type: ec2\n    ec2: {instanceType: big one, memoryMiB: 4096}"),
                bad("repeated slice", "repeated-item", "/spec/batch/slices/2", good, "[DE, FR, IT]", "[DE, FR, DE]"),
                bad("no slices", "too-few", "/spec/batch/slices", good, "[DE, FR, IT]", "[]"),
                bad(
                        "nothing to fan out over",
                        "missing-field",
                        "/spec/batch/slices",
                        good,
                        "slices: [DE, FR, IT]\n",
                        "parallelism: 2\n"),
                bad(
                        "slices declared twice",
                        "one-of",
                        "/spec/batch/count",
                        good,
                        "slices: [DE, FR, IT]",
                        "slices: [DE, FR, IT]\n    count: 3"),
                bad(
                        "range that ends before it begins",
                        "out-of-range",
                        "/spec/batch/range/to",
                        good,
                        "slices: [DE, FR, IT]",
                        "range: {from: 5, to: 1}"),
                bad(
                        "range of too many pieces",
                        "out-of-range",
                        "/spec/batch/range/step",
                        good,
                        "slices: [DE, FR, IT]",
                        "range: {from: 1, to: 100000000}"),
                bad(
                        "partitions of an input that is not there",
                        "unknown-input",
                        "/spec/batch/partitions/input",
                        good,
                        "slices: [DE, FR, IT]",
                        "partitions: {input: nowhere, count: 4}"),
                bad(
                        "tasks in order and at once",
                        "ordered-parallelism",
                        "/spec/batch/parallelism",
                        good,
                        "slices: [DE, FR, IT]",
                        "slices: [DE, FR, IT]\n    ordered: true\n    parallelism: 2"),
                bad(
                        "preemption of what does harm twice",
                        "needs-idempotent",
                        "/spec/execution/preemptible",
                        good,
                        "{timeout: PT10M}",
                        "{timeout: PT10M, preemptible: true}"),
                bad(
                        "clock of nothing",
                        "out-of-range",
                        "/spec/execution/queueTimeout",
                        good,
                        "{timeout: PT10M}",
                        "{timeout: PT10M, queueTimeout: PT0S}"),
                bad(
                        "merge of nothing",
                        "missing-field",
                        "/spec/batch/merge/entryPoint",
                        good,
                        "{entryPoint: Merge}",
                        "{}"),
                bad(
                        "every task may fail",
                        "out-of-range",
                        "/spec/batch/toleratedFailures",
                        good,
                        "merge:",
                        "toleratedFailures: 3\n    merge:"),
                bad(
                        "secret instead of its reference",
                        "bad-format",
                        "/spec/triggers/0/webhook/secret",
                        good,
                        "\"file:orders-webhook\"",
                        "hunter2hunter2"),
                bad(
                        "secret in a parameter",
                        "secret-value",
                        "/spec/workload/parameters/quarter",
                        good,
                        "2025Q4",
                        "AKIAIOSFODNN7EXAMPLE"),
                bad(
                        "secret in a label",
                        "secret-value",
                        "/metadata/labels/tier",
                        good,
                        "gold",
                        "ghp_" + "a1B2".repeat(9)),
                bad(
                        "reserved hook",
                        "reserved-name",
                        "/spec/triggers/0/webhook/name",
                        good,
                        "name: orders,",
                        "name: submissions,"),
                bad(
                        "doubt without idempotence",
                        "needs-idempotent",
                        "/spec/execution/onDoubt",
                        good,
                        "{timeout: PT10M}",
                        "{timeout: PT10M, onDoubt: redispatch}"),
                bad(
                        "longer than its limit",
                        "expected-over-timeout",
                        "/spec/cost/expectedRuntime",
                        good,
                        "{timeout: PT10M}",
                        "{timeout: PT10M}\n  cost: {expectedRuntime: PT11M}"),
                bad(
                        "repeated field",
                        "repeated-field",
                        "/metadata/name",
                        good,
                        "  namespace:",
                        "  name: other\n  namespace:"),
                bad("YAML anchor", "yaml-anchor", "/metadata/labels/tier", good, "gold", "&anchor gold"),
                bad("YAML tag", "yaml-tag", "/metadata/labels/tier", good, "gold", "!!str gold"),
                bad(
                        "YAML boolean of old",
                        "wrong-type",
                        "/spec/execution/idempotent",
                        good,
                        "{timeout: PT10M}",
                        "{timeout: PT10M, idempotent: yes}"));
    }

    private static Bad bad(String rule, String code, String pointer, String good, String part, String replacement) {
        if (!good.contains(part)) {
            throw new IllegalArgumentException(rule + ": the good manifest does not hold " + part);
        }
        return new Bad(
                rule,
                code,
                pointer,
                good.replaceFirst(
                        java.util.regex.Pattern.quote(part), java.util.regex.Matcher.quoteReplacement(replacement)));
    }
}
