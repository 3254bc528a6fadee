package io.barecount.policy.documents;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.Digest;
import io.barecount.policy.cel.CelRules;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.estimate.PriceBook;
import io.barecount.policy.evaluation.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;

/** Loads policies, boundaries and prices from their files, strictly: one wrong field and none of them is used. */
public final class Documents {
    private static final ObjectMapper YAML = new YAMLMapper();
    private static final ObjectReader STRICT =
            Json.mapper().reader().with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private Documents() {}

    /** A document that can't be used; the message names the file and what is wrong. */
    public static final class DocumentInvalid extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DocumentInvalid(Path file, String why) {
            super(file + ": " + why);
        }
    }

    private record Metadata(String name, String owner, String date, String currency) {}

    private record PolicySetDocument(String apiVersion, String kind, Metadata metadata, Rules spec) {}

    private record Rules(List<Rule> rules) {}

    private record BoundaryDocument(String apiVersion, String kind, Metadata metadata, Profile spec) {}

    private record Profile(
            NetworkModel model,
            String region,
            String vpc,
            List<String> subnets,
            List<String> securityGroups,
            List<String> endpoints,
            Boundary.Egress egress,
            List<RunnerType> allowedRunners) {}

    private record PriceBookDocument(String apiVersion, String kind, Metadata metadata, Prices spec) {}

    private record Prices(List<PriceBook.Item> items) {}

    /** @throws DocumentInvalid naming the first file that can't be used */
    public static Governance load(Path directory) {
        var rules = new ArrayList<Rule>();
        var ids = new HashSet<String>();
        for (var file : files(directory.resolve("policies"))) {
            for (var rule : read(file, PolicySetDocument.class).spec().rules()) {
                if (!ids.add(rule.id())) {
                    throw new DocumentInvalid(file, "the rule id " + rule.id() + " is used twice");
                }
                rules.add(rule);
            }
        }
        var boundaries = new HashMap<String, Boundary>();
        for (var file : files(directory.resolve("boundaries"))) {
            var boundary = boundary(read(file, BoundaryDocument.class));
            if (boundaries.put(boundary.name(), boundary) != null) {
                throw new DocumentInvalid(file, "the boundary " + boundary.name() + " is defined twice");
            }
        }
        var prices = files(directory.resolve("prices"));
        if (prices.size() != 1) {
            throw new DocumentInvalid(directory.resolve("prices"), "expected one price book, found " + prices.size());
        }
        var book = read(prices.get(0), PriceBookDocument.class);
        try {
            return new Governance(
                    rules.stream().map(CelRules::compile).toList(),
                    Digest.ofCanonical(rules),
                    boundaries,
                    new PriceBook(book.metadata().currency(), book.spec().items()));
        } catch (CelRules.RuleInvalid e) {
            throw new DocumentInvalid(directory.resolve("policies"), e.getMessage());
        }
    }

    private static Boundary boundary(BoundaryDocument document) {
        var profile = document.spec();
        return new Boundary(
                document.metadata().name(),
                profile.model(),
                profile.region(),
                profile.vpc(),
                profile.subnets(),
                profile.securityGroups(),
                profile.endpoints(),
                profile.egress(),
                profile.allowedRunners(),
                document.metadata().owner());
    }

    private static <T> T read(Path file, Class<T> type) {
        try {
            return STRICT.forType(type).readValue(YAML.readTree(Files.readString(file)));
        } catch (IOException e) {
            throw new DocumentInvalid(file, e.getMessage());
        }
    }

    private static List<Path> files(Path directory) {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DocumentInvalid(directory, "can't be read: " + e.getMessage());
        }
    }
}
