package io.barecount.scheduler.run;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.manifest.FailureClass;
import io.barecount.contracts.manifest.ManifestEvent;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Why a run ended, in words that name where to look. */
final class Reasons {
    private static final int CHARACTERS_MAX = 1000;
    private static final int LISTED_MAX = 5;

    private Reasons() {}

    /** The rules that denied, each with what it said. */
    static String of(DecisionEvent.Denied denied) {
        var suggestion = denied.suggestion();
        var reasons = listed(denied.findings().stream()
                .filter(finding -> finding.level() == Finding.Level.DENY)
                .map(Reasons::explained)
                .toList());
        return suggestion == null
                ? reasons
                : plain(reasons + " Would pass: " + suggestion.path() + " = " + suggestion.change() + ", at about "
                        + suggestion.estimate().likely() + " a run.");
    }

    static String of(DecisionEvent.Revoked revoked) {
        return plain("the permit was revoked by " + revoked.by()
                + (revoked.reason() == null ? "" : ": " + revoked.reason()));
    }

    private static String explained(Finding finding) {
        return "%s (%s): %s Found: %s. Allowed: %s."
                .formatted(finding.rule(), finding.path(), finding.message(), finding.found(), finding.allowed());
    }

    static String of(ManifestEvent.Rejected rejected) {
        return listed(rejected.violations().stream()
                .map(violation ->
                        (violation.pointer() == null || violation.pointer().isEmpty() ? "" : violation.pointer() + ": ")
                                + violation.message())
                .toList());
    }

    static String failed(AttemptId attempt, FailureClass failure, String reason) {
        return plain(attemptOf(attempt) + ": "
                + failure.name().toLowerCase(Locale.ROOT).replace('_', '-') + (reason == null ? "" : ": " + reason));
    }

    static String stopped(AttemptId attempt, String reason) {
        return plain(attemptOf(attempt) + ": stopped" + (reason == null ? "" : ": " + reason));
    }

    static String tooMany(int failed, int tolerated, String last) {
        return plain(failed + " failed tasks, " + tolerated + " tolerated; the last: " + last);
    }

    /** Of bounded length and without control characters, which a database or a terminal might choke on. */
    static String plain(String text) {
        if (text == null) {
            return null;
        }
        var printable = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return printable.length() <= CHARACTERS_MAX ? printable : printable.substring(0, CHARACTERS_MAX - 1) + "…";
    }

    private static String attemptOf(AttemptId attempt) {
        return "task " + attempt.task().index() + ", attempt " + attempt.number();
    }

    private static String listed(List<String> reasons) {
        var listed = reasons.stream().limit(LISTED_MAX).collect(Collectors.joining("; "));
        var more = reasons.size() - LISTED_MAX;
        return plain(more > 0 ? listed + "; and " + more + " more" : listed);
    }
}
