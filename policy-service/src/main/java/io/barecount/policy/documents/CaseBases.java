package io.barecount.policy.documents;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.policy.documents.Documents.BaseDocument;
import io.barecount.policy.documents.Documents.CaseDocument;
import io.barecount.policy.estimate.Alternatives;
import io.barecount.policy.estimate.PriceBook;
import io.barecount.policy.estimate.Prices;
import io.barecount.policy.evaluation.Boundaries;
import io.barecount.policy.evaluation.Completeness;
import io.barecount.policy.evaluation.Facts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes the facts of a case out of the little that it says: a base, and what is otherwise. */
final class CaseBases {
    private static final String DEFAULT = "lambda";
    private static final Map<String, Base> SHIPPED = new LinkedHashMap<>();
    private static final Prices PRICES;

    private record Base(JsonNode manifest, JsonNode boundary) {
        Base changed(JsonNode manifestPatch, JsonNode boundaryPatch) {
            return new Base(MergePatch.apply(manifest, manifestPatch), MergePatch.apply(boundary, boundaryPatch));
        }
    }

    static {
        try (var resource = CaseBases.class.getResourceAsStream("case-bases.yaml")) {
            var shipped = new YAMLMapper().readTree(resource);
            PRICES = new Prices(Json.fromTree(shipped.path("prices"), PriceBook.class));
            var nothing =
                    new Base(Json.mapper().createObjectNode(), Json.mapper().createObjectNode());
            for (var base : shipped.path("bases")) {
                SHIPPED.put(
                        base.path("name").asText(),
                        SHIPPED.getOrDefault(DEFAULT, nothing).changed(base.get("manifest"), base.get("boundary")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final Map<String, Base> byName = new LinkedHashMap<>(SHIPPED);
    private final Flaws flaws;

    /** @param own of the document, beside the shipped ones; null for none */
    CaseBases(List<BaseDocument> own, Flaws flaws) {
        this.flaws = flaws;
        for (var i = 0; own != null && i < own.size(); i++) {
            var base = own.get(i);
            var pointer = "/spec/bases/" + i;
            if (byName.containsKey(base.name())) {
                flaws.add(pointer + "/name", "there is a base " + base.name() + " already");
                continue;
            }
            named(base.base(), pointer)
                    .ifPresent(from -> byName.put(base.name(), from.changed(base.manifest(), base.boundary())));
        }
    }

    /** Empty if there is no such run: then it is among the flaws. */
    Optional<Facts> facts(CaseDocument test, String pointer) {
        return named(test.base(), pointer).flatMap(base -> {
            var changed = base.changed(test.manifest(), test.boundary());
            var manifest = typed(changed.manifest(), Manifest.class, pointer + "/manifest");
            var boundary = typed(changed.boundary(), Boundary.class, pointer + "/boundary");
            if (manifest.isEmpty() || boundary.isEmpty()) {
                return Optional.empty();
            }
            var missing = Completeness.missing(manifest.get());
            if (!missing.isEmpty()) {
                flaws.add(pointer + "/manifest", "nothing is left at " + String.join(", ", missing));
                return Optional.empty();
            }
            return facts(test, manifest.get(), boundary.get(), pointer);
        });
    }

    private Optional<Facts> facts(CaseDocument test, Manifest manifest, Boundary boundary, String pointer) {
        var reckoned = Facts.reckoned(PRICES.estimate(manifest).estimateOrNull());
        if (test.estimate() != null) {
            var changed = MergePatch.apply(
                    reckoned == null ? Json.mapper().createObjectNode() : Json.tree(reckoned), test.estimate());
            var typed = typed(changed, Facts.Reckoned.class, pointer + "/estimate");
            if (typed.isEmpty()) {
                return Optional.empty();
            }
            reckoned = typed.get();
        }
        var others = test.alternatives() == null
                ? Facts.others(new Alternatives(PRICES).to(manifest))
                : test.alternatives().stream()
                        .map(other -> new Facts.Other(other.runner(), other.likely()))
                        .toList();
        var known = new Boundaries(List.of(boundary)).all().get(0);
        return Optional.of(Facts.imagined(manifest, known, reckoned, others));
    }

    private Optional<Base> named(String name, String pointer) {
        var base = byName.get(name == null ? DEFAULT : name);
        if (base == null) {
            flaws.add(
                    pointer + "/base",
                    "there is no base " + name + ", there are " + String.join(", ", byName.keySet()));
        }
        return Optional.ofNullable(base);
    }

    private <T> Optional<T> typed(JsonNode tree, Class<T> type, String pointer) {
        try {
            return Optional.of(Json.mapper()
                    .readerFor(type)
                    .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(tree));
        } catch (UnrecognizedPropertyException e) {
            flaws.add(
                    pointer + at(e),
                    "unknown field, allowed are "
                            + e.getKnownPropertyIds().stream()
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(", ")));
        } catch (JsonMappingException e) {
            flaws.add(pointer + at(e), e.getOriginalMessage().replaceAll("\\s+", " "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.empty();
    }

    private static String at(JsonMappingException e) {
        return e.getPath().stream()
                .map(step ->
                        "/" + (step.getFieldName() == null ? String.valueOf(step.getIndex()) : step.getFieldName()))
                .collect(Collectors.joining());
    }
}
