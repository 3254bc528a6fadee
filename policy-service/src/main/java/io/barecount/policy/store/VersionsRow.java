package io.barecount.policy.store;

import io.barecount.contracts.event.Json;
import io.barecount.messaging.stage.AggregateRow;
import io.barecount.messaging.stage.AggregateStore;
import io.barecount.policy.version.VersionsState;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.util.Optional;

/** Which version decides; there is one row, {@link VersionsState#ID}. */
@Entity
@Table(name = "governance")
public class VersionsRow extends AggregateRow {
    public String live;

    public String deployed;

    /** Null for none. */
    public String shadow;

    /** For the stage of versions. */
    public static AggregateStore<VersionsState, VersionsRow> aggregates() {
        return new AggregateStore<>(VersionsState.class, VersionsRow.class, VersionsRow::new, VersionsRow::fill);
    }

    private void fill(VersionsState state) {
        live = state.live().toString();
        deployed = state.deployed().toString();
        shadow = state.shadow() == null ? null : state.shadow().toString();
    }

    /** As it stands now; empty before the service was ever started. */
    public static Optional<VersionsState> state() {
        return VersionsRow.<VersionsRow>findByIdOptional(VersionsState.ID)
                .map(row -> Json.read(row.state, VersionsState.class));
    }
}
