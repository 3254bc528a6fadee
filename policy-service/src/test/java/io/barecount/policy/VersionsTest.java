package io.barecount.policy;

import static io.barecount.policy.Samples.ask;
import static io.barecount.policy.Samples.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.barecount.contracts.proof.Digest;
import io.barecount.policy.decision.Governance;
import io.barecount.policy.documents.DocumentFiles;
import io.barecount.policy.store.Versions;
import io.barecount.policy.version.Version;
import io.barecount.testing.BackingServices;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What was ever decided from is kept, in a real database. */
@QuarkusTest
@QuarkusTestResource(BackingServices.class)
@QuarkusTestResource(GovernanceOnDisk.class)
class VersionsTest {
    @Inject
    Governance governance;

    @Inject
    Versions versions;

    @Inject
    EntityManager entities;

    @Test
    void whatADecisionWasMadeFromCanBeReadAgainByTheDigestsInItsBasis() {
        var judgement = governance.judge(ask(draft().manifest()));

        assertThat(versions.boundary(judgement.boundary().digest()))
                .contains(judgement.boundary().boundary());
        assertThat(versions.priceBook(governance.prices().digest()))
                .contains(governance.prices().book());
        assertThat(versions.boundary(Digest.of("none"))).isEmpty();
    }

    @Test
    void aVersionIsMadeAgainFromItsFiles() {
        var version = Version.of(governance);

        var files = versions.files(version.digest()).orElseThrow();

        var again = GovernanceLoading.of(new DocumentFiles(new TreeMap<>(files)), governance.permits());
        assertThat(Version.of(again)).isEqualTo(version);
        assertThat(versions.beginningWith(version.digest().hex().substring(0, 12)))
                .singleElement()
                .satisfies(stored -> {
                    assertThat(stored.parts()).isEqualTo(version);
                    assertThat(stored.proposedBy()).isEqualTo("deployment");
                });
        assertThat(versions.latest(10)).extracting(Versions.Stored::digest).contains(version.digest());
    }

    @Test
    void nobodyChangesWhatWasDecidedFrom() {
        for (var sql : new String[] {
            "update documents set body = '{}'",
            "delete from documents",
            "truncate documents cascade",
            "delete from versions"
        }) {
            assertThatThrownBy(() -> QuarkusTransaction.requiringNew()
                            .run(() -> entities.createNativeQuery(sql).executeUpdate()))
                    .hasStackTraceContaining("versions stay as they were");
        }
    }
}
