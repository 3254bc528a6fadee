package io.barecount.manifest.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.manifest.document.Source;
import io.barecount.manifest.document.Spot;
import io.barecount.manifest.document.Violations;
import io.barecount.manifest.redaction.SecretLookalikes;
import java.util.Optional;
import java.util.regex.Pattern;

/** Looks through a whole tree, names and values, for what looks like a secret. Nothing that it finds is repeated. */
public final class SecretSearch {
    /** The code of what it finds. */
    public static final String CODE = "secret-value";

    private static final String HINT =
            "store it where secrets are kept, use a new one, and refer to it here: file:name, secretsmanager:path or vault:path";

    private static final Pattern REFERENCES = Pattern.compile("/spec/workload/secrets/[^/]+$");

    private SecretSearch() {}

    public static void check(Source source, Violations violations) {
        check(source, "", violations);
    }

    /** @param prefix pointer to the source in the text that it is a part of */
    public static void check(Source source, String prefix, Violations violations) {
        new Search(source.spot(), prefix, violations)
                .look(source.tree(), "", prefix.substring(prefix.lastIndexOf('/') + 1));
    }

    private record Search(Spot root, String prefix, Violations violations) {
        void look(JsonNode node, String pointer, String name) {
            switch (node.getNodeType()) {
                case OBJECT -> {
                    for (var field : node.properties()) {
                        var below = pointer + "/" + escaped(field.getKey());
                        SecretLookalikes.inText(field.getKey())
                                .ifPresent(what ->
                                        report(what, pointer, root.at(below).named()));
                        look(field.getValue(), below, field.getKey());
                    }
                }
                case ARRAY -> {
                    for (var i = 0; i < node.size(); i++) {
                        look(node.path(i), pointer + "/" + i, name);
                    }
                }
                case STRING ->
                    found(pointer, name, node.textValue()).ifPresent(what -> report(what, pointer, root.at(pointer)));
                case NUMBER, BOOLEAN, NULL, MISSING, BINARY, POJO -> {
                    // No secret has this form.
                }
            }
        }

        /** Where a reference to a secret belongs, all else is taken for a secret. */
        private static Optional<String> found(String pointer, String name, String value) {
            return REFERENCES.matcher(pointer).find() && !SecretLookalikes.isReference(value)
                    ? Optional.of("a secret's value")
                    : SecretLookalikes.inField(name, value);
        }

        private void report(String what, String pointer, Spot spot) {
            violations.add(CODE, prefix + pointer, spot, "this looks like " + what + "; it is not shown here", HINT);
        }
    }

    private static String escaped(String field) {
        return field.indexOf('~') < 0 && field.indexOf('/') < 0
                ? field
                : field.replace("~", "~0").replace("/", "~1");
    }
}
