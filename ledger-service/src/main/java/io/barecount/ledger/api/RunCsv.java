package io.barecount.ledger.api;

import io.barecount.contracts.event.Json;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Audit records as CSV (RFC 4180), a line for each: what a spreadsheet can use. NDJSON has all of it. */
final class RunCsv {
    private record Column(String name, Function<RunRecord, Object> value) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("run", RunRecord::run),
            new Column("namespace", RunRecord::namespace),
            new Column("pipeline", RunRecord::pipeline),
            new Column("state", RunRecord::state),
            new Column("reason", RunRecord::reason),
            new Column("submitter", RunRecord::submitter),
            new Column("door", RunRecord::door),
            new Column("submittedAt", RunRecord::submittedAt),
            new Column("decidedAt", RunRecord::decidedAt),
            new Column("startedAt", RunRecord::startedAt),
            new Column("endedAt", RunRecord::endedAt),
            new Column("runner", RunRecord::runner),
            new Column("provider", RunRecord::provider),
            new Column("runners", RunRecord::runners),
            new Column("network", RunRecord::network),
            new Column("boundary", RunRecord::boundary),
            new Column("networkRequested", RunRecord::networkRequested),
            new Column("networkApplied", RunRecord::networkApplied),
            new Column("networkObserved", RunRecord::networkObserved),
            new Column("policySet", RunRecord::policySet),
            new Column("rules", RunRecord::rules),
            new Column(
                    "findings",
                    record -> record.findings().stream()
                            .map(finding -> finding.level() + " " + finding.rule() + ": " + finding.message())
                            .toList()),
            new Column("permit", RunRecord::permit),
            new Column("team", RunRecord::team),
            new Column("costCenter", RunRecord::costCenter),
            new Column("tasks", RunRecord::tasks),
            new Column("attempts", RunRecord::attempts),
            new Column("attemptsWithEvidence", RunRecord::attemptsWithEvidence),
            new Column(
                    "estimate",
                    record -> record.estimate() == null
                            ? null
                            : record.estimate().likely().amount().toPlainString()),
            new Column(
                    "cost",
                    record -> record.cost() == null
                            ? null
                            : record.cost().amount().toPlainString()),
            new Column(
                    "currency",
                    record -> record.cost() == null ? null : record.cost().currency()),
            new Column("manifest", RunRecord::manifest),
            new Column("entries", RunRecord::entries));

    private RunCsv() {}

    static String header() {
        return COLUMNS.stream().map(Column::name).collect(Collectors.joining(",", "", "\r\n"));
    }

    static String line(RunRecord record) {
        return COLUMNS.stream()
                .map(column -> cell(column.value.apply(record)))
                .collect(Collectors.joining(",", "", "\r\n"));
    }

    private static String cell(Object value) {
        var text = switch (value) {
            case null -> "";
            case List<?> items -> items.stream().map(String::valueOf).collect(Collectors.joining("; "));
            case Enum<?> constant -> Json.tree(constant).asText();
            default -> value.toString();
        };
        return quoted(harmless(text));
    }

    /** A spreadsheet takes text that begins like this for a formula: people's text is not to be run. */
    private static String harmless(String text) {
        return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String quoted(String text) {
        return text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + text.replace("\"", "\"\"") + '"'
                : text;
    }
}
