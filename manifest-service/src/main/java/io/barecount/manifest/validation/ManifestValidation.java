package io.barecount.manifest.validation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.Violation;
import io.barecount.manifest.document.Source;
import io.barecount.manifest.document.Violations;
import io.barecount.manifest.subscription.AllowedTopics;
import java.util.List;
import java.util.Optional;

/** Says whether a text is a valid manifest: all that is wrong with it at once, or what it means with every default filled in. */
public final class ManifestValidation {
    /** What was said. */
    public sealed interface Result {
        /** The manifest, normalised. */
        record Valid(Manifest manifest) implements Result {}

        /** @param violations in the order of the text, never empty */
        record Invalid(List<Violation> violations) implements Result {}

        /** The text can't be taken apart, so that its content can't be judged. */
        record Unreadable(List<Violation> violations) implements Result {}
    }

    private final PublishedSchema schema = PublishedSchema.pipeline();
    private final Defaults defaults = new Defaults();
    private final AllowedTopics topics;

    public ManifestValidation() {
        this(AllowedTopics.OWN);
    }

    /** @param topics that manifests may subscribe to */
    public ManifestValidation(AllowedTopics topics) {
        this.topics = topics;
    }

    public Result validate(String text) {
        return validate(Source.read(text, Source.SIZE_MAX));
    }

    /** The source's own violations count too. Its tree is changed: the defaults are filled in. */
    public Result validate(Source source) {
        var violations = new Violations();
        var manifest = check(source, violations);
        if (manifest.isPresent()) {
            return new Result.Valid(manifest.get());
        }
        return source.isObject() ? new Result.Invalid(violations.toList()) : new Result.Unreadable(violations.toList());
    }

    /** As {@link #validate(Source)}: either gives the manifest, or adds violations. */
    public Optional<Manifest> check(Source source, Violations violations) {
        var found = new Violations();
        found.addAll(source.violations());
        if (source.isObject()) {
            SecretSearch.check(source, found);
            schema.check(source, found);
            Rules.check(source, topics, found);
        } else if (source.isReadable()) {
            found.add(
                    "wrong-type",
                    "",
                    source.spot(),
                    "expected a manifest, found something that has no fields",
                    "a manifest begins with apiVersion: " + Manifest.API_VERSION);
        }
        if (!found.isEmpty()) {
            violations.addAll(found);
            return Optional.empty();
        }
        var tree = (ObjectNode) source.tree();
        defaults.fillIn(tree);
        return Optional.of(Json.fromTree(tree, Manifest.class));
    }
}
