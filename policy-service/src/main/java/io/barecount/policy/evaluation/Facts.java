package io.barecount.policy.evaluation;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.policy.estimate.Estimator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** What rules see: plain trees, as the documents are written, and the estimates. */
public final class Facts {
    private static final ObjectReader TREE = Json.mapper()
            .readerFor(new TypeReference<Map<String, Object>>() {})
            .with(DeserializationFeature.USE_LONG_FOR_INTS);

    private Facts() {}

    /** @param likely cost of the same workload on this runner type, in the price book's currency */
    public record Alternative(String runner, double likely) {}

    public static Map<String, Object> of(
            Manifest manifest, Boundary boundary, Estimate estimate, List<Alternative> alternatives) {
        return Map.of(
                "manifest", tree(manifest),
                "runner", runner(manifest),
                "boundary", tree(boundary),
                "estimate",
                        Map.of(
                                "low", Estimator.amount(estimate.low()),
                                "likely", Estimator.amount(estimate.likely()),
                                "high", Estimator.amount(estimate.high()),
                                "perTaskSeconds", estimate.perTask().toMillis() / 1000.0,
                                "tasks", (long) estimate.tasks()),
                "alternatives",
                        alternatives.stream()
                                .map(other ->
                                        Map.<String, Object>of("runner", other.runner(), "likely", other.likely()))
                                .toList());
    }

    /** The runner type as a manifest writes it. */
    public static String runner(Manifest manifest) {
        return Json.tree(manifest.spec().runner().type()).asText();
    }

    private static Map<String, Object> tree(Object document) {
        try {
            return TREE.readValue(Json.bytes(document));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
