package io.barecount.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A decision, as people read it. */
final class DecisionText {
    private static final int DENIED = 1;
    private static final int HELD = 3;

    private DecisionText() {}

    static int exitCode(JsonNode decision) {
        return switch (decision.path("outcome").asText()) {
            case "permitted" -> 0;
            case "held" -> HELD;
            default -> DENIED;
        };
    }

    static String of(JsonNode decision) {
        var text = new StringBuilder();
        text.append(decision.path("outcome").asText()).append(": ");
        text.append(decision.path("namespace").asText())
                .append('/')
                .append(decision.path("pipeline").asText());
        if (decision.hasNonNull("submitter")) {
            text.append(", submitted by ").append(decision.path("submitter").asText());
        }
        text.append('\n');
        if (decision.hasNonNull("estimate")) {
            var estimate = decision.path("estimate");
            text.append("cost    ")
                    .append(RunsCommand.money(estimate.path("likely")))
                    .append(", between ");
            text.append(RunsCommand.money(estimate.path("low"))).append(" and ");
            text.append(RunsCommand.money(estimate.path("high")));
            text.append(
                    estimate.hasNonNull("runs")
                            ? ", as its last " + estimate.path("runs").asText() + " runs on this runner tell\n"
                            : ", as the manifest expects\n");
        }
        appendChoice(text, decision.path("choice"));
        decision.path("findings").forEach(finding -> appendFinding(text, finding));
        var suggestion = decision.path("suggestion");
        if (suggestion.isObject()) {
            text.append("would pass: ").append(suggestion.path("path").asText()).append(" = ");
            text.append(suggestion.path("change").asText());
            text.append(", for ")
                    .append(RunsCommand.money(suggestion.at("/estimate/likely")))
                    .append('\n');
        }
        appendWaiting(text, decision);
        var revoked = decision.path("revoked");
        if (revoked.isObject()) {
            text.append("revoked by ").append(revoked.path("by").asText()).append(": ");
            text.append(revoked.path("reason").asText()).append('\n');
        }
        return text.toString();
    }

    private static void appendFinding(StringBuilder text, JsonNode finding) {
        text.append(String.format("%-7s ", finding.path("level").asText()));
        text.append(finding.path("rule").asText())
                .append(": ")
                .append(finding.path("message").asText());
        text.append("\n        ").append(finding.path("path").asText());
        text.append(": found ").append(finding.path("found").asText());
        text.append(", allowed ").append(finding.path("allowed").asText());
        text.append("; ask ").append(finding.path("owner").asText()).append('\n');
        if (finding.hasNonNull("exemption")) {
            text.append("        passed by exemption ")
                    .append(finding.path("exemption").asText())
                    .append('\n');
        }
    }

    private static void appendChoice(StringBuilder text, JsonNode choice) {
        if (!choice.isObject()) {
            return;
        }
        text.append("runner  ").append(runner(choice.path("runner"))).append(", chosen by governance\n");
        for (var other : choice.path("others")) {
            text.append("        not ")
                    .append(
                            other.hasNonNull("runner")
                                    ? runner(other.path("runner"))
                                    : other.path("type").asText());
            if (other.hasNonNull("likely")) {
                text.append(" for ").append(RunsCommand.money(other.path("likely")));
            }
            text.append(": ").append(other.path("detail").asText()).append('\n');
        }
    }

    /** The type, and its settings as a manifest writes them. */
    private static String runner(JsonNode runner) {
        if (!runner.isObject()) {
            return "none";
        }
        var type = runner.path("type").asText();
        return type + " "
                + runner.path(type).properties().stream()
                        .map(setting ->
                                setting.getKey() + ": " + setting.getValue().asText())
                        .collect(Collectors.joining(", ", "{", "}"));
    }

    private static void appendWaiting(StringBuilder text, JsonNode decision) {
        for (var approval : decision.path("approvals")) {
            text.append("approved by ").append(approval.path("by").asText()).append(": ");
            text.append(approval.path("reason").asText()).append('\n');
        }
        var waiting = decision.path("waiting");
        if (!waiting.isObject()) {
            return;
        }
        for (var quorum : waiting.path("quorums")) {
            text.append("waits for ").append(quorum.path("missing").asText()).append(" more of ");
            text.append(names(quorum.path("roles")))
                    .append(" (rule ")
                    .append(quorum.path("rule").asText())
                    .append(")\n");
        }
        text.append("until ").append(decision.path("expiresAt").asText()).append(", then it is denied\n");
        text.append("binding ").append(waiting.path("binding").asText()).append('\n');
        var since = waiting.path("since");
        if (since.isObject()) {
            text.append("since run ").append(since.path("run").asText()).append(" was permitted");
            text.append(since.path("changes").isEmpty() ? ", nothing changed\n" : ":\n");
            text.append(changes(since.path("changes")));
        }
    }

    static String names(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(", "));
    }

    /** A line for each value that differs; none for none. */
    static String changes(JsonNode changes) {
        return StreamSupport.stream(changes.spliterator(), false)
                .map(change -> "  " + change.path("path").asText() + ": " + value(change.path("before")) + " -> "
                        + value(change.path("after")) + "\n")
                .collect(Collectors.joining());
    }

    static String value(JsonNode value) {
        return value.isMissingNode() || value.isNull()
                ? "(none)"
                : value.isTextual() ? value.asText() : value.toString();
    }
}
