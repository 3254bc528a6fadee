package io.barecount.policy.documents;

import static io.barecount.policy.Samples.EXAMPLES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.Finding;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.policy.evaluation.PolicySet;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GovernanceDocumentsTest {
    private static final String POLICY = """
            apiVersion: barecount.io/v1
            kind: PolicySet
            metadata:
              name: one
            spec:
              rules:
                - id: a-rule
                  owner: ada
                  rationale: reason
                  level: deny
                  condition: "true"
                  path: /spec
                  message: "'m'"
                  found: "'f'"
                  allowed: "'a'"
                  tests:
                    - {name: one, expect: passes}
                    - {name: two, expect: fires, level: deny, found: f, allowed: a}
            """;
    private static final String BOUNDARY = """
            apiVersion: barecount.io/v1
            kind: Boundary
            metadata:
              name: here
              owner: ada
            spec:
              model: vpn
              region: eu-central-1
              vpc: vpc-1
              subnets: [subnet-1]
              securityGroups: [sg-1]
              endpoints: [vpn-1]
              egress:
                allow: ["db.example.org:5432"]
              allowedRunners: [lambda, ec2]
            """;
    private static final String PRICES = """
            apiVersion: barecount.io/v1
            kind: PriceBook
            metadata:
              name: book
              date: "2026-06"
              currency: USD
            spec:
              items:
                - item: onprem.hour
                  price: "0.10"
                  source: measured
                  date: "2026-06-30"
                  minimum: PT1M
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void writeWhatIsRight() throws IOException {
        write("policies/one.yaml", POLICY);
        write("boundaries/here.yaml", BOUNDARY);
        write("prices/book.yaml", PRICES);
    }

    private void write(String name, String text) throws IOException {
        Files.createDirectories(directory.resolve(name).getParent());
        Files.writeString(directory.resolve(name), text);
    }

    private List<String> faults() {
        return catchThrowableOfType(DocumentsRefused.class, () -> GovernanceDocuments.read(directory))
                .faults();
    }

    @Test
    void whatIsShippedIsRead() {
        var shipped = GovernanceDocuments.read(EXAMPLES.resolve("governance"));

        assertThat(shipped.policySets()).extracting(PolicySet::name).containsExactly("baseline", "plants");
        assertThat(shipped.policySets().get(0).rules()).hasSize(17);
        assertThat(shipped.boundaries())
                .extracting(Boundary::name)
                .containsExactly("commerce-core", "corporate-vpn", "factory", "sap-hana");
        assertThat(shipped.priceBook().items()).hasSize(13);
        assertThat(shipped.fileOf("baseline")).isEqualTo("policies/baseline.yaml");
    }

    @Test
    void everyFieldIsRead() {
        var documents = GovernanceDocuments.read(directory);

        var rule = documents.policySets().get(0).rules().get(0);
        assertThat(rule.level()).isEqualTo(Finding.Level.DENY);
        assertThat(rule.match()).isNull();
        assertThat(documents.boundaries())
                .containsExactly(new Boundary(
                        "here",
                        NetworkModel.VPN,
                        "eu-central-1",
                        "vpc-1",
                        List.of("subnet-1"),
                        List.of("sg-1"),
                        List.of("vpn-1"),
                        new Boundary.Egress(List.of("db.example.org:5432")),
                        List.of(RunnerType.LAMBDA, RunnerType.EC2),
                        "ada"));
        var item = documents.priceBook().items().get(0);
        assertThat(item.price()).isEqualByComparingTo(new BigDecimal("0.1"));
        assertThat(item.minimum()).isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "policies/one.yaml  | level: deny           | leval: deny            | /spec/rules/0/leval: unknown field, allowed are id, owner",
                "policies/one.yaml  | level: deny           | leval: deny            | /spec/rules/0/level: missing",
                "policies/one.yaml  | level: deny           | level: forbid          | allowed are advise, approve, deny",
                "policies/one.yaml  | owner: ada            | owner: ''              | /spec/rules/0/owner: empty",
                "policies/one.yaml  | condition: \"true\"   | condition: true        | /spec/rules/0/condition: text is wanted, found true: put it in quotes",
                "policies/one.yaml  | path: /spec           | path: spec             | /spec/rules/0/path: a JSON pointer",
                "policies/one.yaml  | kind: PolicySet       | kind: Boundary         | /kind: found Boundary, allowed in this directory is PolicySet",
                "policies/one.yaml  | barecount.io/v1       | barecount.io/v2        | /apiVersion: found barecount.io/v2",
                "policies/one.yaml  | owner: ada            | id: b-rule             | Duplicate field 'id'",
                "boundaries/here.yaml | model: vpn          | model: internet        | /spec/model: found \"internet\", allowed are vpn, privatelink, vpc-peering, onprem",
                "boundaries/here.yaml | [lambda, ec2]       | [lambda, batch]        | /spec/allowedRunners/1: found \"batch\"",
                "boundaries/here.yaml | [lambda, ec2]       | lambda                 | /spec/allowedRunners: a list is wanted, found STRING",
                "boundaries/here.yaml | subnets: [subnet-1] | tags: []               | /spec/subnets: missing",
                "prices/book.yaml   | price: \"0.10\"       | price: \"-1\"          | /spec/items/0/price: a price is not negative, found -1",
                "prices/book.yaml   | price: \"0.10\"       | price: cheap           | /spec/items/0/price: found \"cheap\"",
                "prices/book.yaml   | minimum: PT1M         | minimum: 60s           | /spec/items/0/minimum: found \"60s\", which is no Duration",
                "prices/book.yaml   | minimum: PT1M         | minimum: PT-1M         | a time is not negative",
                "prices/book.yaml   | currency: USD         | currency: DOLLAR       | /metadata/currency",
                "prices/book.yaml   | date: \"2026-06\"     | date: \"2026-13\"      | /metadata/date: a month or a day",
            })
    void whatIsWrongIsRefusedWithFileAndField(String file, String right, String wrong, String told) throws IOException {
        var text = Files.readString(directory.resolve(file));
        assertThat(text).contains(right);
        write(file, text.replaceFirst(java.util.regex.Pattern.quote(right), wrong));

        assertThat(faults())
                .anySatisfy(fault -> assertThat(fault).startsWith(file + ":").contains(told));
    }

    @Test
    void allThatIsWrongIsToldAtOnce() throws IOException {
        write("policies/one.yaml", POLICY.replace("level: deny", "level: never").replace("kind: PolicySet", "sort: x"));
        write("boundaries/here.yaml", BOUNDARY.replace("region", "area"));
        write("prices/book.yaml", "- not\n- a book\n");

        assertThat(faults())
                .extracting(fault -> fault.replaceFirst(":[0-9]+: (/[a-zA-Z0-9/]+|the document): .*", ": $1"))
                .containsExactlyInAnyOrder(
                        "policies/one.yaml: /spec/rules/0/level",
                        "policies/one.yaml: /spec/rules/0/tests/1/level",
                        "policies/one.yaml: /sort",
                        "policies/one.yaml: /kind",
                        "boundaries/here.yaml: /spec/area",
                        "boundaries/here.yaml: /spec/region",
                        "prices/book.yaml: the document");
    }

    @Test
    void theLineIsThatOfTheField() throws IOException {
        write("policies/one.yaml", POLICY.replace("owner: ada", "owner: ''").replace("path: /spec", "path: spec"));
        write("boundaries/here.yaml", BOUNDARY.replace("  region: eu-central-1\n", ""));

        assertThat(faults())
                .containsExactly(
                        "policies/one.yaml:8: /spec/rules/0/owner: empty",
                        "boundaries/here.yaml:6: /spec/region: missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: one, expect: passes}       | {name: one, expect: fires, level: deny, found: f, allowed: a} | one.yaml:16: /spec/rules/0/tests: rule a-rule needs a case that fires and one that passes or is unmatched, found 2 that fire and 0 that do not",
                "{name: two, expect: fires, level: deny, found: f, allowed: a} | {name: two, expect: passes} | found 0 that fire and 2 that do not",
                "name: two             | name: one               | one.yaml:18: /spec/rules/0/tests/1/name: rule a-rule has a case of this name already",
                ", allowed: a}         | }                       | one.yaml:18: /spec/rules/0/tests/1: a case that fires says at which level",
                "expect: passes}       | expect: passes, found: f} | one.yaml:17: /spec/rules/0/tests/0: level, found and allowed are what a case fires with",
                "expect: passes}       | base: lambada, expect: passes} | there is no base lambada, there are lambda, fargate, glue, ec2, onprem",
                "expect: passes}       | manifest: {spec: {runer: {}}}, expect: passes} | one.yaml:17: /spec/rules/0/tests/0/manifest/spec/runer: unknown field, allowed are",
                "expect: passes}       | manifest: {spec: {runner: {type: glue}}}, expect: passes} | /spec/rules/0/tests/0/manifest: nothing is left at /spec/runner/glue",
                "expect: passes}       | boundary: {model: internet}, expect: passes} | /spec/rules/0/tests/0/boundary/model: ",
                "expect: passes}       | estimate: {like: 1.0}, expect: passes} | /spec/rules/0/tests/0/estimate/like: unknown field, allowed are",
                "expect: passes}       | manifest: none, expect: passes} | /spec/rules/0/tests/0/manifest: fields are wanted, found STRING",
                "spec:                 | 'spec: {namespaces: [a], mandatory: true, rules: []}' | a mandatory set holds in all namespaces",
                "spec:                 | 'spec: {namespaces: [Finance], rules: []}' | /spec/namespaces/0: found Finance, allowed are lower-case letters",
                "spec:                 | 'spec: {namespaces: [], rules: []}' | so the set would never hold",
            })
    void aCaseThatSaysNothingIsRefused(String right, String wrong, String told) throws IOException {
        assertThat(POLICY).contains(right);
        var changed = wrong.startsWith("spec: ") ? POLICY.substring(0, POLICY.indexOf("spec:")) : POLICY;
        write("policies/one.yaml", wrong.startsWith("spec: ") ? changed + wrong : changed.replace(right, wrong));

        assertThat(faults()).anySatisfy(fault -> assertThat(fault).contains(told));
    }

    @Test
    void whoMayApproveCanBeHad() throws IOException {
        write(
                "policies/one.yaml",
                POLICY.replace("level: deny\n", "level: approve\n      approvals: {roles: [governance, boss]}\n"));

        assertThat(faults())
                .anySatisfy(fault -> assertThat(fault)
                        .contains("/approvals/roles/1: found boss, which nobody can have, allowed are developer"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "region: eu-central-1    | region: eu-centrl-1     | here.yaml:8: /spec/region: found eu-centrl-1, allowed for a boundary of model vpn is a region of AWS, such as eu-central-1",
                "region: eu-central-1    | region: onprem          | /spec/region: found onprem",
                "model: vpn              | model: onprem           | /spec/vpc: found vpc-1, but a boundary of model onprem has no cloud network",
                "model: vpn              | model: onprem           | /spec/region: found eu-central-1, allowed for a boundary of model onprem is onprem",
                "model: vpn              | model: onprem           | /spec/endpoints: found [vpn-1]",
                "model: vpn              | model: onprem           | /spec/allowedRunners/0: found lambda, allowed in a boundary of model onprem are onprem alone",
                "[vpn-1]                 | [pcx-1]                 | /spec/endpoints/0: found pcx-1, allowed for a boundary of model vpn is vpn-...",
                "model: vpn              | model: privatelink      | /spec/endpoints/0: found vpn-1, allowed for a boundary of model privatelink is vpce-...",
                "[vpn-1]                 | []                      | /spec/endpoints: found none, a boundary of model vpn has at least one (vpn-...)",
                "vpc: vpc-1              | vpc: subnet-1           | /spec/vpc: found subnet-1, allowed for a boundary of model vpn is vpc-...",
                "[subnet-1]              | [subnet-1, subnet-1]    | /spec/subnets/1: found subnet-1, which is in the list already",
                "[sg-1]                  | []                      | /spec/securityGroups: found none",
                "[lambda, ec2]           | [lambda, onprem]        | /spec/allowedRunners/1: found onprem, allowed in a boundary of model vpn are lambda, fargate, glue, ec2",
                "[lambda, ec2]           | []                      | /spec/allowedRunners: found none: nothing could ever work",
                "db.example.org:5432     | db.example.org          | /spec/egress/allow/0: found db.example.org, allowed is host:port",
                "db.example.org:5432     | db.example.org:99999    | /spec/egress/allow/0: found db.example.org:99999",
            })
    void aBoundaryThatCannotBeIsRefused(String right, String wrong, String told) throws IOException {
        assertThat(BOUNDARY).contains(right);
        write("boundaries/here.yaml", BOUNDARY.replace(right, wrong));

        assertThat(faults()).anySatisfy(fault -> assertThat(fault).contains(told));
    }

    private static final String PEERED =
            BOUNDARY.replace("model: vpn", "model: vpc-peering").replace("[vpn-1]", "[pcx-1, pcx-2]") + """
              cidrs: [10.0.0.0/16]
              peers:
                - {name: shop, via: pcx-1, cidrs: [10.1.0.0/16]}
                - {name: bank, via: pcx-2, cidrs: [10.2.0.0/16, "fd00:2::/32"]}
            """;

    @Test
    void peersAndAddressesAreRead() throws IOException {
        write("boundaries/here.yaml", PEERED);

        var boundary = GovernanceDocuments.read(directory).boundaries().get(0);

        assertThat(boundary.cidrs()).containsExactly("10.0.0.0/16");
        assertThat(boundary.peers())
                .contains(new Boundary.Peer("bank", "pcx-2", List.of("10.2.0.0/16", "fd00:2::/32")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[10.1.0.0/16]        | [10.0.128.0/17] | /spec/peers/0/cidrs/0: found 10.0.128.0/17, which overlaps 10.0.0.0/16 at /spec/cidrs/0",
                "[10.1.0.0/16]        | [10.2.4.0/24]   | /spec/peers/1/cidrs/0: found 10.2.0.0/16, which overlaps 10.2.4.0/24 at /spec/peers/0/cidrs/0",
                "[10.1.0.0/16]        | [10.1.0.1/16]   | /spec/peers/0/cidrs/0: 10.1.0.1/16 is no range of addresses: the address is not the first",
                "[10.1.0.0/16]        | []              | /spec/peers/0/cidrs: found none",
                "via: pcx-2           | via: pcx-1      | /spec/peers/1/via: found pcx-1, which leads to shop: peering is not transitive",
                "via: pcx-2           | via: pcx-3      | /spec/peers/1/via: found pcx-3, allowed is one of /spec/endpoints: pcx-1, pcx-2",
                "cidrs: [10.0.0.0/16] | 'allow: []'     | /spec/allow: unknown field",
                "model: vpc-peering   | model: privatelink | /spec/peers: found 2, but a boundary of model privatelink leads to no other network",
            })
    void networksThatCannotBePeersAreRefused(String right, String wrong, String told) throws IOException {
        assertThat(PEERED).contains(right);
        write("boundaries/here.yaml", PEERED.replaceFirst(java.util.regex.Pattern.quote(right), wrong));

        assertThat(faults()).anySatisfy(fault -> assertThat(fault).contains(told));
    }

    /** A second document would be left out silently, and with it its rules. */
    @Test
    void aSecondDocumentInAFileIsRefused() throws IOException {
        write("policies/one.yaml", POLICY + "---\n" + POLICY.replace("name: one", "name: two"));

        assertThat(faults())
                .hasSize(1)
                .first()
                .asString()
                .isEqualTo("policies/one.yaml:20: one document a file is wanted, and here a second one begins");
    }

    @Test
    void aFileThatEndsInYmlCountsToo() throws IOException {
        write("policies/two.yml", POLICY.replaceFirst("name: one", "name: two"));
        write("policies/notes.md", "not a policy");

        assertThat(GovernanceDocuments.read(directory).policySets()).hasSize(2);
    }

    @Test
    void aNameIsUsedOnce() throws IOException {
        write("policies/two.yaml", POLICY);
        write("boundaries/there.yaml", BOUNDARY);

        assertThat(faults())
                .containsExactlyInAnyOrder(
                        "policies/two.yaml:4: /metadata/name: policies/one.yaml has a policy set one already",
                        "boundaries/there.yaml:4: /metadata/name: another file has a boundary here already");
    }

    @Test
    void withoutPoliciesEverythingWouldBePermittedSoTheyAreNeeded() throws IOException {
        Files.delete(directory.resolve("policies/one.yaml"));

        assertThat(faults()).hasSize(1).first().asString().startsWith("policies: no .yaml file in ");
    }

    @Test
    void twoPriceBooksAreOneTooMany() throws IOException {
        write("prices/other.yaml", PRICES.replace("name: book", "name: other"));

        assertThat(faults()).containsExactly("prices: exactly one price book is needed, found 2 files");
    }

    @Test
    void aDirectoryThatIsNotThereIsNamed() {
        directory = directory.resolve("nowhere");

        assertThat(faults()).hasSize(1).first().asString().contains("nowhere", "barecount.policy.documents");
    }
}
