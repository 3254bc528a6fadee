package io.barecount.policy.documents;

import io.barecount.contracts.Money;
import io.barecount.contracts.decision.Boundary;
import io.barecount.policy.budget.Budget;
import io.barecount.policy.documents.Documents.BoundaryDocument;
import io.barecount.policy.documents.Documents.BudgetDocument;
import io.barecount.policy.documents.Documents.PolicySetDocument;
import io.barecount.policy.documents.Documents.PriceBookDocument;
import io.barecount.policy.documents.Documents.PriceDocument;
import io.barecount.policy.estimate.PriceBook;
import io.barecount.policy.evaluation.PolicySet;
import io.barecount.policy.evaluation.RuleCase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What governance wrote, read from a directory: {@code policies}, {@code boundaries}, {@code prices} and, where there
 * are any, {@code budgets}, each with {@code .yaml} or {@code .yml} files, one document a file. There is at least one policy set and one boundary, and exactly one price book: without
 * policies everything would be permitted, and of two price books nobody could say which one counts.
 */
public final class GovernanceDocuments {
    private static final String DATE = "[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?";

    private final DocumentFiles files;
    private final List<String> faults = new ArrayList<>();
    private final Map<String, String> fileOfSet = new HashMap<>();
    private final Map<String, Flaws> placesOfSet = new HashMap<>();
    private final List<PolicySet> sets = new ArrayList<>();
    private final List<RuleCase> cases = new ArrayList<>();
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

    /** Of all rules, in the order in which they are written. */
    public List<RuleCase> cases() {
        return List.copyOf(cases);
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

    /** File and line of a rule's field, as compilers write it. */
    public String placeOf(String policySet, String rule, String field) {
        var rules = sets.stream()
                .filter(set -> set.name().equals(policySet))
                .flatMap(set -> set.rules().stream())
                .toList();
        var index = 0;
        while (index < rules.size() - 1 && !rules.get(index).id().equals(rule)) {
            index++;
        }
        return placesOfSet.get(policySet).place("/spec/rules/" + index + "/" + field);
    }

    private void readAll() {
        readEach("policies", PolicySetDocument.class, this::policySet);
        readEach("boundaries", BoundaryDocument.class, this::boundary);
        readEach("prices", PriceBookDocument.class, this::priceBook);
        if (!files.of("budgets").isEmpty()) {
            readEach("budgets", BudgetDocument.class, this::budget);
        }
    }

    private <T> void readEach(String kind, Class<T> type, BiConsumer<T, Flaws> take) {
        var names = files.of(kind);
        if (names.isEmpty()) {
            faults.add(kind + ": no .yaml file in the directory " + kind + ", at least one is needed");
        }
        for (var name : names) {
            StrictYaml.read(name, files.texts().get(name), type, faults)
                    .ifPresent(read -> take.accept(read.document(), read.flaws()));
        }
        if (type == PriceBookDocument.class && names.size() > 1) {
            faults.add(kind + ": exactly one price book is needed, found " + names.size() + " files");
        }
    }

    private void policySet(PolicySetDocument document, Flaws flaws) {
        Head.check(document.apiVersion(), document.kind(), "PolicySet", flaws);
        var name = document.metadata().name();
        if (fileOfSet.containsKey(name)) {
            flaws.add("/metadata/name", fileOfSet.get(name) + " has a policy set " + name + " already");
            return;
        }
        fileOfSet.put(name, flaws.file());
        placesOfSet.put(name, flaws);
        var reading = new PolicySetReading(document, flaws);
        sets.add(reading.set());
        cases.addAll(reading.cases());
    }

    private void boundary(BoundaryDocument document, Flaws flaws) {
        Head.check(document.apiVersion(), document.kind(), "Boundary", flaws);
        var name = document.metadata().name();
        if (boundaries.stream().anyMatch(boundary -> boundary.name().equals(name))) {
            flaws.add("/metadata/name", "another file has a boundary " + name + " already");
        }
        boundaries.add(new BoundaryReading(document, flaws).boundary());
    }

    private void budget(BudgetDocument document, Flaws flaws) {
        Head.check(document.apiVersion(), document.kind(), "Budget", flaws);
        var name = document.metadata().name();
        var spec = document.spec();
        if (budgets.stream().anyMatch(budget -> budget.name().equals(name))) {
            flaws.add("/metadata/name", "another file has a budget " + name + " already");
        }
        if (spec.limit().amount().signum() < 0) {
            flaws.add(
                    "/spec/limit/amount",
                    "an amount is not negative, found " + spec.limit().amount());
        }
        if (!isCurrency(spec.limit().currency())) {
            flaws.add(
                    "/spec/limit/currency",
                    "an ISO 4217 code is wanted, found " + spec.limit().currency());
            return;
        }
        budgets.add(new Budget(
                name,
                spec.namespace(),
                spec.costCenter(),
                new Money(spec.limit().amount(), spec.limit().currency()),
                spec.period(),
                document.metadata().owner()));
    }

    private void priceBook(PriceBookDocument document, Flaws flaws) {
        Head.check(document.apiVersion(), document.kind(), "PriceBook", flaws);
        var metadata = document.metadata();
        if (!isCurrency(metadata.currency())) {
            flaws.add("/metadata/currency", "an ISO 4217 code is wanted, found " + metadata.currency());
        }
        date(metadata.date(), "/metadata/date", flaws);
        var items = new ArrayList<PriceBook.Item>();
        for (var i = 0; i < document.spec().items().size(); i++) {
            var price = document.spec().items().get(i);
            var pointer = "/spec/items/" + i;
            price(price, pointer, flaws);
            if (items.stream().anyMatch(item -> item.item().equals(price.item()))) {
                flaws.add(pointer + "/item", "there is a price of " + price.item() + " already");
            }
            items.add(new PriceBook.Item(price.item(), price.price(), price.source(), price.date(), price.minimum()));
        }
        books.add(new PriceBook(metadata.name(), metadata.date(), metadata.currency(), items));
    }

    private static void price(PriceDocument price, String pointer, Flaws flaws) {
        if (price.price().signum() < 0) {
            flaws.add(pointer + "/price", "a price is not negative, found " + price.price());
        }
        if (price.minimum().isNegative()) {
            flaws.add(pointer + "/minimum", "a time is not negative, found " + price.minimum());
        }
        date(price.date(), pointer + "/date", flaws);
    }

    private static void date(String date, String pointer, Flaws flaws) {
        if (!date.matches(DATE)) {
            flaws.add(pointer, "a month or a day such as 2026-06 is wanted, found " + date);
        }
    }

    private static boolean isCurrency(String code) {
        return Currency.getAvailableCurrencies().stream()
                .anyMatch(currency -> currency.getCurrencyCode().equals(code));
    }
}
