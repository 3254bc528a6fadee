package io.barecount.policy.documents;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.ApprovalRule;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Finding;
import io.barecount.policy.budget.Budget;
import io.barecount.policy.documents.Documents.BoundaryDocument;
import io.barecount.policy.documents.Documents.BudgetDocument;
import io.barecount.policy.documents.Documents.PolicySetDocument;
import io.barecount.policy.documents.Documents.PriceBookDocument;
import io.barecount.policy.documents.Documents.PriceDocument;
import io.barecount.policy.documents.Documents.RuleDocument;
import io.barecount.policy.estimate.PriceBook;
import io.barecount.policy.evaluation.PolicySet;
import io.barecount.policy.evaluation.Rule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * What governance wrote, read from a directory: {@code policies}, {@code boundaries}, {@code prices} and, where there
 * are any, {@code budgets}, each with {@code .yaml} or {@code .yml} files, one document a file. There is at least one policy set and one boundary, and exactly one price book: without
 * policies everything would be permitted, and of two price books nobody could say which one counts.
 */
public final class GovernanceDocuments {
    private static final String DATE = "[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?";
    private static final String POINTER = "(/[^/]+)+";

    private final DocumentFiles files;
    private final List<String> faults = new ArrayList<>();
    private final Map<String, String> fileOfSet = new HashMap<>();
    private final List<PolicySet> sets = new ArrayList<>();
    private final List<Boundary> boundaries = new ArrayList<>();
    private final List<Budget> budgets = new ArrayList<>();
    private final List<PriceBook> books = new ArrayList<>();

    private GovernanceDocuments(DocumentFiles files) {
        this.files = files;
    }

    /** @throws DocumentsRefused with everything that is wrong in any file */
    public static GovernanceDocuments read(Path directory) {
        return read(DocumentFiles.in(directory));
    }

    /** @throws DocumentsRefused with everything that is wrong in any file */
    public static GovernanceDocuments read(DocumentFiles files) {
        var documents = new GovernanceDocuments(files);
        documents.readAll();
        if (!documents.faults.isEmpty()) {
            throw new DocumentsRefused(documents.faults);
        }
        return documents;
    }

    public List<PolicySet> policySets() {
        return List.copyOf(sets);
    }

    public List<Boundary> boundaries() {
        return List.copyOf(boundaries);
    }

    public PriceBook priceBook() {
        return books.get(0);
    }

    public List<Budget> budgets() {
        return List.copyOf(budgets);
    }

    /** The file that a policy set was read from, relative to the directory. */
    public String fileOf(String policySet) {
        return fileOfSet.get(policySet);
    }

    private void readAll() {
        readEach("policies", PolicySetDocument.class, this::policySet);
        readEach("boundaries", BoundaryDocument.class, this::boundary);
        readEach("prices", PriceBookDocument.class, this::priceBook);
        if (!files.of("budgets").isEmpty()) {
            readEach("budgets", BudgetDocument.class, this::budget);
        }
    }

    /** @param take gives what is wrong with a document, and keeps it if nothing is */
    private <T> void readEach(String kind, Class<T> type, Function<Named<T>, List<String>> take) {
        var names = files.of(kind);
        if (names.isEmpty()) {
            faults.add(kind + ": no .yaml file in the directory " + kind + ", at least one is needed");
        }
        for (var name : names) {
            try {
                var document = StrictYaml.read(files.texts().get(name).getBytes(StandardCharsets.UTF_8), type);
                take.apply(new Named<>(name, document)).forEach(fault -> faults.add(name + ": " + fault));
            } catch (StrictYaml.Refused e) {
                e.faults().forEach(fault -> faults.add(name + ": " + fault));
            } catch (IllegalArgumentException e) {
                faults.add(name + ": " + e.getMessage());
            }
        }
        if (type == PriceBookDocument.class && names.size() > 1) {
            faults.add(kind + ": exactly one price book is needed, found " + names.size() + " files");
        }
    }

    private record Named<T>(String file, T document) {}

    private List<String> policySet(Named<PolicySetDocument> named) {
        var document = named.document();
        var name = document.metadata().name();
        var wrong = headFaults(document.apiVersion(), document.kind(), "PolicySet");
        if (fileOfSet.containsKey(name)) {
            wrong.add("/metadata/name: " + fileOfSet.get(name) + " has a policy set " + name + " already");
            return wrong;
        }
        var rules = new ArrayList<Rule>();
        for (var i = 0; i < document.spec().rules().size(); i++) {
            var rule = document.spec().rules().get(i);
            if (!rule.path().matches(POINTER)) {
                wrong.add("/spec/rules/" + i + "/path: a JSON pointer such as /spec/runner/type is wanted, found "
                        + rule.path());
            }
            rules.add(new Rule(
                    rule.id(),
                    rule.owner(),
                    rule.rationale().strip(),
                    rule.level(),
                    rule.match(),
                    rule.condition(),
                    rule.path(),
                    rule.message(),
                    rule.found(),
                    rule.allowed(),
                    approvals(rule, "/spec/rules/" + i, wrong)));
        }
        if (rules.isEmpty()) {
            wrong.add("/spec/rules: a policy set has rules, found none");
        }
        fileOfSet.put(name, named.file());
        sets.add(new PolicySet(name, rules));
        return wrong;
    }

    /** One person within a week, unless the rule says something else. */
    private static ApprovalRule approvals(RuleDocument rule, String pointer, List<String> wrong) {
        var approvals = rule.approvals();
        if ((rule.level() == Finding.Level.APPROVE) != (approvals != null)) {
            wrong.add(pointer + "/approvals: "
                    + (approvals == null
                            ? "a rule of level approve names the roles of those who may approve"
                            : "nobody can approve what a rule of level "
                                    + rule.level().name().toLowerCase(Locale.ROOT) + " says: leave it out"));
        }
        if (approvals == null) {
            return null;
        }
        var quorum = approvals.quorum() == null ? 1 : approvals.quorum();
        var expires = approvals.expires() == null ? Duration.ofDays(7) : approvals.expires();
        if (approvals.roles().isEmpty()) {
            wrong.add(pointer + "/approvals/roles: at least one role is wanted, found none");
        }
        if (quorum < 1) {
            wrong.add(pointer + "/approvals/quorum: at least one person is wanted, found " + quorum);
        }
        if (expires.isZero() || expires.isNegative()) {
            wrong.add(pointer + "/approvals/expires: a time such as P7D is wanted, found " + expires);
        }
        return new ApprovalRule(approvals.roles(), quorum, expires);
    }

    private List<String> boundary(Named<BoundaryDocument> named) {
        var document = named.document();
        var name = document.metadata().name();
        var spec = document.spec();
        var wrong = headFaults(document.apiVersion(), document.kind(), "Boundary");
        if (boundaries.stream().anyMatch(boundary -> boundary.name().equals(name))) {
            wrong.add("/metadata/name: another file has a boundary " + name + " already");
        }
        boundaries.add(new Boundary(
                name,
                spec.model(),
                spec.region(),
                spec.vpc(),
                spec.subnets(),
                spec.securityGroups(),
                spec.endpoints(),
                new Boundary.Egress(spec.egress().allow()),
                spec.allowedRunners(),
                document.metadata().owner()));
        return wrong;
    }

    private List<String> budget(Named<BudgetDocument> named) {
        var document = named.document();
        var name = document.metadata().name();
        var spec = document.spec();
        var wrong = headFaults(document.apiVersion(), document.kind(), "Budget");
        if (budgets.stream().anyMatch(budget -> budget.name().equals(name))) {
            wrong.add("/metadata/name: another file has a budget " + name + " already");
        }
        if (spec.limit().amount().signum() < 0) {
            wrong.add("/spec/limit/amount: an amount is not negative, found "
                    + spec.limit().amount());
        }
        if (!isCurrency(spec.limit().currency())) {
            wrong.add("/spec/limit/currency: an ISO 4217 code is wanted, found "
                    + spec.limit().currency());
            return wrong;
        }
        budgets.add(new Budget(
                name,
                spec.namespace(),
                spec.costCenter(),
                new Money(spec.limit().amount(), spec.limit().currency()),
                spec.period(),
                document.metadata().owner()));
        return wrong;
    }

    private List<String> priceBook(Named<PriceBookDocument> named) {
        var document = named.document();
        var metadata = document.metadata();
        var wrong = headFaults(document.apiVersion(), document.kind(), "PriceBook");
        if (!isCurrency(metadata.currency())) {
            wrong.add("/metadata/currency: an ISO 4217 code is wanted, found " + metadata.currency());
        }
        date(metadata.date(), "/metadata/date", wrong);
        var items = new ArrayList<PriceBook.Item>();
        for (var i = 0; i < document.spec().items().size(); i++) {
            var price = document.spec().items().get(i);
            var pointer = "/spec/items/" + i;
            price(price, pointer, wrong);
            if (items.stream().anyMatch(item -> item.item().equals(price.item()))) {
                wrong.add(pointer + "/item: there is a price of " + price.item() + " already");
            }
            items.add(new PriceBook.Item(price.item(), price.price(), price.source(), price.date(), price.minimum()));
        }
        books.add(new PriceBook(metadata.name(), metadata.date(), metadata.currency(), items));
        return wrong;
    }

    private static void price(PriceDocument price, String pointer, List<String> wrong) {
        if (price.price().signum() < 0) {
            wrong.add(pointer + "/price: a price is not negative, found " + price.price());
        }
        if (price.minimum().isNegative()) {
            wrong.add(pointer + "/minimum: a time is not negative, found " + price.minimum());
        }
        date(price.date(), pointer + "/date", wrong);
    }

    private static void date(String date, String pointer, List<String> wrong) {
        if (!date.matches(DATE)) {
            wrong.add(pointer + ": a month or a day such as 2026-06 is wanted, found " + date);
        }
    }

    private static boolean isCurrency(String code) {
        return Currency.getAvailableCurrencies().stream()
                .anyMatch(currency -> currency.getCurrencyCode().equals(code));
    }

    private static List<String> headFaults(String apiVersion, String kind, String wanted) {
        var wrong = new ArrayList<String>();
        if (!Documents.API_VERSION.equals(apiVersion)) {
            wrong.add("/apiVersion: found " + apiVersion + ", allowed is " + Documents.API_VERSION);
        }
        if (!wanted.equals(kind)) {
            wrong.add("/kind: found " + kind + ", allowed in this directory is " + wanted);
        }
        return wrong;
    }
}
