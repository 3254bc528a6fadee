package io.barecount.policy.documents;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.policy.budget.Budget;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/** The documents as they are written; every field counts, and there are no others. */
final class Documents {
    static final String API_VERSION = "barecount.io/v1";

    private Documents() {}

    record PolicySetDocument(String apiVersion, String kind, PolicySetMetadata metadata, PolicySetSpec spec) {}

    record PolicySetMetadata(String name) {}

    record PolicySetSpec(
            @Dispensable List<String> namespaces,
            @Dispensable Boolean mandatory,
            @Dispensable List<BaseDocument> bases,
            List<RuleDocument> rules) {}

    /** What cases begin with: another base, changed. */
    record BaseDocument(
            String name,
            @Dispensable String base,
            @Dispensable JsonNode manifest,
            @Dispensable JsonNode boundary) {}

    record RuleDocument(
            String id,
            String owner,
            String rationale,
            Finding.Level level,
            @Dispensable String match,
            String condition,
            String path,
            String message,
            String found,
            String allowed,
            @Dispensable ApprovalsDocument approvals,
            @Dispensable Boolean exemptible,
            @Dispensable List<CaseDocument> tests) {}

    record ApprovalsDocument(
            List<String> roles,
            @Dispensable Integer quorum,
            @Dispensable Duration expires) {}

    enum Outcome {
        FIRES,
        PASSES,
        UNMATCHED
    }

    /** @param level and {@code found}, {@code allowed}: what it fires with, null for another outcome */
    record CaseDocument(
            String name,
            @Dispensable String base,
            @Dispensable JsonNode manifest,
            @Dispensable JsonNode boundary,
            @Dispensable JsonNode estimate,
            @Dispensable List<OtherDocument> alternatives,
            Outcome expect,
            @Dispensable Finding.Level level,
            @Dispensable String found,
            @Dispensable String allowed) {}

    record OtherDocument(String runner, double likely) {}

    record BoundaryDocument(String apiVersion, String kind, BoundaryMetadata metadata, BoundarySpec spec) {}

    record BoundaryMetadata(String name, String owner) {}

    record BoundarySpec(
            NetworkModel model,
            String region,
            @Dispensable String vpc,
            List<String> subnets,
            List<String> securityGroups,
            List<String> endpoints,
            EgressSpec egress,
            List<RunnerType> allowedRunners,
            @Dispensable List<String> cidrs,
            @Dispensable List<PeerSpec> peers) {}

    record PeerSpec(String name, String via, List<String> cidrs) {}

    record EgressSpec(List<String> allow) {}

    record PriceBookDocument(String apiVersion, String kind, PriceBookMetadata metadata, PriceBookSpec spec) {}

    record PriceBookMetadata(String name, String date, String currency) {}

    record PriceBookSpec(List<PriceDocument> items) {}

    record PriceDocument(String item, BigDecimal price, String source, String date, Duration minimum) {}

    record BudgetDocument(String apiVersion, String kind, BudgetMetadata metadata, BudgetSpec spec) {}

    record BudgetMetadata(String name, String owner) {}

    record BudgetSpec(
            @Dispensable String namespace, @Dispensable String costCenter, MoneyDocument limit, Budget.Period period) {}

    record MoneyDocument(BigDecimal amount, String currency) {}
}
