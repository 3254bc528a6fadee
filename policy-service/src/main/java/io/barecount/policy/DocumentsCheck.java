package io.barecount.policy;

import io.barecount.policy.documents.DocumentFiles;
import io.barecount.policy.documents.DocumentsRefused;
import io.barecount.policy.documents.GovernanceDocuments;
import java.nio.file.Path;

/**
 * {@code ./barecount policy test}: the check that documents pass before they decide, and their cases, in a process of its own, without a
 * platform. Its argument is the directory; exit code 1 with a line for everything that is wrong.
 */
final class DocumentsCheck {
    private DocumentsCheck() {}

    public static void main(String[] args) {
        try {
            var files = DocumentFiles.in(Path.of(args[0]));
            var governance = GovernanceLoading.of(files, null);
            var documents = GovernanceDocuments.read(files);
            for (var set : governance.rules().sets()) {
                var cases = documents.cases().stream()
                        .filter(one ->
                                set.rules().stream().anyMatch(rule -> rule.id().equals(one.rule())))
                        .count();
                System.out.println(documents.fileOf(set.name()) + ": "
                        + said(set.rules().size(), "rule") + ", " + said(cases, "case") + ", all as expected");
            }
            System.out.println(said(governance.boundaries().names().size(), "boundary") + ", "
                    + said(governance.budgets().size(), "budget") + ", prices "
                    + governance.prices().book().name());
        } catch (DocumentsRefused e) {
            e.faults().forEach(System.err::println);
            System.exit(1);
        }
    }

    private static String said(long count, String noun) {
        var plural = noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
        return count + " " + (count == 1 ? noun : plural);
    }
}
