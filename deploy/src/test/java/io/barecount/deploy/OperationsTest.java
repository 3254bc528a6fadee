package io.barecount.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The operations guide, against what it is about. */
class OperationsTest {
    @Test
    void eachAlertHasItsPageInTheGuideAndTheGuideHasNoOther() {
        var alerts = found("(?m)^ +- alert: (\\w+)$", "deploy/monitoring/alerts.yaml");

        assertThat(alerts).isNotEmpty().isEqualTo(found("(?m)^### (Barecount\\w+)$", "docs/operations.md"));
    }

    /** Those that libraries tell are not looked for here. */
    @Test
    void theMetricsOfOurOwnThatAlertsAndDashboardLookAtAreThoseThatTheServicesTell() throws IOException {
        var told = Pattern.compile("\"barecount\\.([a-z.]+)\"")
                .matcher(Project.sources("messaging"))
                .results()
                .map(metric -> "barecount_" + metric.group(1).replace('.', '_'))
                .toList();

        for (var file : List.of("alerts.yaml", "dashboard.json")) {
            assertThat(found("\\b(barecount_[a-z_]+)\\b", "deploy/monitoring/" + file))
                    .isNotEmpty()
                    .allSatisfy(metric ->
                            assertThat(told).contains(metric.replaceAll("_(total|seconds_sum|seconds_count)$", "")));
        }
    }

    private static List<String> found(String pattern, String file) {
        return Pattern.compile(pattern)
                .matcher(Project.read(Project.HOME.resolve(file)))
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
