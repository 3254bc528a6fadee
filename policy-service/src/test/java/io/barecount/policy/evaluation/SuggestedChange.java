package io.barecount.policy.evaluation;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.barecount.contracts.decision.Suggestion;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.policy.estimate.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Does what a suggestion says, as a person would: by its text. */
public final class SuggestedChange {
    private SuggestedChange() {}

    public static Manifest apply(Suggestion suggestion, Manifest manifest) {
        var parts = suggestion.change().split("; and at /spec/runner/type ");
        var changed = manifest;
        if (suggestion.path().equals("/spec/network")) {
            changed = Variant.in(yaml("{" + parts[0] + "}", Manifest.Network.class), changed);
        }
        if (suggestion.path().equals("/spec/runner/type") || parts.length == 2) {
            var runner = parts[parts.length - 1].replaceFirst("^([a-z0-9]+), with ", "type: $1, ");
            changed = Variant.on(yaml("{" + runner + "}", Manifest.Runner.class), changed);
        }
        return changed;
    }

    private static <T> T yaml(String text, Class<T> type) {
        try {
            return Json.fromTree(new YAMLMapper().readTree(text), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
