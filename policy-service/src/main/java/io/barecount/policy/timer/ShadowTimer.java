package io.barecount.policy.timer;

import io.barecount.messaging.timer.Timers;
import io.barecount.policy.LiveGovernance;
import io.barecount.policy.PolicyConfig;
import io.barecount.policy.replay.Recorded;
import io.barecount.policy.replay.Replay;
import io.barecount.policy.store.RecordedDecisions;
import io.barecount.policy.store.Shadows;
import io.barecount.policy.store.Versions;
import io.barecount.policy.store.VersionsRow;
import io.barecount.policy.version.VersionsState;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/**
 * Has the version in shadow judge each decision too, just after it was made and from the facts that were kept with it: whatever comes of that,
 * and however long it takes, no decision waits for it or can come out otherwise.
 */
@ApplicationScoped
class ShadowTimer {
    private static final int RUNS_MAX = 500;

    private final LiveGovernance governance;
    private final Versions versions;
    private final RecordedDecisions decisions;
    private final Shadows shadows;
    private final PolicyConfig config;

    ShadowTimer(
            LiveGovernance governance,
            Versions versions,
            RecordedDecisions decisions,
            Shadows shadows,
            PolicyConfig config) {
        this.governance = governance;
        this.versions = versions;
        this.decisions = decisions;
        this.shadows = shadows;
        this.config = config;
    }

    void start(@Observes StartupEvent event, Timers timers) {
        timers.every(
                config.shadowPollEvery(), "looking for decisions that a version in shadow has not judged", this::poll);
    }

    private void poll() {
        while (QuarkusTransaction.requiringNew().call(this::judgeSome)) {
            // there may be more
        }
    }

    /** One instance at a time; the others find the lock taken, and nothing to do. */
    private boolean judgeSome() {
        var state = VersionsRow.state().orElse(null);
        if (state == null || state.shadow() == null || !shadows.tryLock()) {
            return false;
        }
        var rows = shadows.unjudged(state.shadow(), state.shadowSince(), RUNS_MAX);
        if (!rows.isEmpty()) {
            judge(state, rows);
        }
        return rows.size() == RUNS_MAX;
    }

    private void judge(VersionsState state, List<RecordedDecisions.Row> rows) {
        var replay = new Replay(governance.of(state.shadow()).orElseThrow(), versions.past());
        for (var row : rows) {
            var recorded = Recorded.of(row.run(), row.state());
            shadows.add(state.shadow(), recorded, replay.judge(recorded));
        }
    }
}
