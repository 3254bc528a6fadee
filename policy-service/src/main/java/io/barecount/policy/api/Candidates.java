package io.barecount.policy.api;

import io.barecount.messaging.http.JsonBody;
import io.barecount.messaging.http.Problem;
import io.barecount.policy.LiveGovernance;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.documents.DocumentFiles;
import io.barecount.policy.documents.DocumentsRefused;
import io.barecount.policy.store.Versions;
import jakarta.ws.rs.WebApplicationException;
import java.util.HashMap;
import java.util.function.Supplier;

/** Reads off a request which governance it speaks of: files that it brings, or a version that is stored. */
final class Candidates {
    private static final String HEX = "(sha256:)?[0-9a-f]{6,64}";

    private Candidates() {}

    /** Files that were sent as an object of texts by their names. */
    static DocumentFiles files(JsonBody asked) {
        var texts = new HashMap<String, String>();
        asked.at("files")
                .properties()
                .forEach(file -> texts.put(file.getKey(), file.getValue().textValue()));
        if (texts.isEmpty()) {
            throw Problem.of(
                            400,
                            "invalid-request",
                            "Invalid request",
                            "The field 'files' holds the documents, each by the name of its file, such as"
                                    + " {\"files\": {\"policies/baseline.yaml\": \"apiVersion: ...\"}}. Nothing was done.")
                    .exception();
        }
        return refusing(() -> DocumentFiles.sent(texts));
    }

    /** @throws WebApplicationException 422 with every fault, if they are no governance */
    static Governance check(LiveGovernance governance, DocumentFiles files) {
        return refusing(() -> governance.check(files));
    }

    /** As the request names it, by {@code version} or {@code files}. */
    static Governance named(JsonBody asked, LiveGovernance governance, Versions versions) {
        if (!asked.has("version")) {
            return check(governance, files(asked));
        }
        var version = version(asked.text("version"), versions).digest();
        return refusing(() -> governance.of(version).orElseThrow());
    }

    /** The one version whose digest begins as the text says; six digits will do. */
    static Versions.Stored version(String text, Versions versions) {
        if (!text.matches(HEX)) {
            throw Problem.of(
                            400,
                            "invalid-request",
                            "Invalid request",
                            "A version is named by its digest, or at least six digits that it begins with, such as"
                                    + " sha256:3f2a9c; found " + text + ". GET /policies/versions lists them.")
                    .exception();
        }
        var found = versions.beginningWith(text.replaceFirst("^sha256:", ""));
        if (found.size() != 1) {
            throw Problem.of(
                            404,
                            "no-version",
                            "No such version",
                            (found.isEmpty() ? "No version's" : "More than one version's") + " digest begins with "
                                    + text + ". GET /policies/versions lists them.")
                    .exception();
        }
        return found.get(0);
    }

    /** @throws WebApplicationException 422 with every fault, if documents are none that can decide */
    static <T> T refusing(Supplier<T> read) {
        try {
            return read.get();
        } catch (DocumentsRefused e) {
            throw Problem.of(
                            422,
                            "documents-refused",
                            "These documents can't decide",
                            "Nothing was changed. Each line is what is wrong, and where.",
                            e.faults())
                    .exception();
        }
    }
}
