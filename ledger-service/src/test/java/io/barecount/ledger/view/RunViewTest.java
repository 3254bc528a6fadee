package io.barecount.ledger.view;

import static io.barecount.ledger.Histories.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.submission.Door;
import io.barecount.ledger.Histories;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunViewTest {
    private static final RunId RUN = RunId.parse("018f3a7e-0000-7000-8000-000000000001");

    @Test
    void aRunsHistoryBecomesItsRecord() {
        var view = applied(Histories.succeeding(RUN));

        assertThat(view.namespace()).isEqualTo("finance");
        assertThat(view.pipeline()).isEqualTo("ledger-close");
        assertThat(view.status())
                .isEqualTo(new Status(Status.State.SUCCEEDED, NOON.plusSeconds(14), true, null, 0, Money.usd("0.3")));
        assertThat(view.intake()).isEqualTo(new RunView.Intake(true, Door.WEBHOOK, "erp", NOON));
        assertThat(view.declared().runner()).isEqualTo(RunnerType.ONPREM);
        assertThat(view.declared().network()).isEqualTo(NetworkModel.VPN);
        assertThat(view.declared().boundary()).isEqualTo("branch-vpn");
        assertThat(view.declared().spec()).isEqualTo(Histories.spec().digest());
        assertThat(view.decided().permitted()).isTrue();
        assertThat(view.declared().costCenter()).isEqualTo("cc-1");
        assertThat(view.decided().rules()).containsExactly("cost-ceiling");
        assertThat(view.decided().policySet()).isEqualTo(Histories.POLICY_SET);
        assertThat(view.decided().permitKey()).isEqualTo(Histories.PERMIT_KEY.keyId());
        assertThat(view.decided().permitExpiresAt()).isEqualTo(NOON.plusSeconds(900));
        assertThat(view.work())
                .isEqualTo(new RunView.Work(
                        2,
                        List.of("local"),
                        List.of("agent-1", "agent-2"),
                        3,
                        2,
                        1,
                        0,
                        2,
                        new Network(
                                List.of("vpn branch-vpn"), List.of("namespace"), List.of("configured, not observed")),
                        NOON.plusSeconds(7)));
        assertThat(view.entries()).isEqualTo(15);
    }

    /** Every prefix, so every edge of the run's way; a run's own events never take it back. */
    @Test
    void aRunOnlyGoesForward() {
        var view = RunView.empty(RUN);
        var states = new ArrayList<Status.State>();
        for (var event : Histories.succeeding(RUN)) {
            view = view.apply(event);
            states.add(view.status().state());
        }

        assertThat(states)
                .isSorted()
                .containsSequence(Status.State.SUBMITTED, Status.State.ACCEPTED, Status.State.PERMITTED);
        assertThat(states.stream().distinct())
                .containsExactly(
                        Status.State.SUBMITTED,
                        Status.State.ACCEPTED,
                        Status.State.PERMITTED,
                        Status.State.QUEUED,
                        Status.State.RUNNING,
                        Status.State.SUCCEEDED);
    }

    @Test
    void aDenialSaysWhyAndIsSettledByTheRunsOwnEnd() {
        var events = Histories.denied(RUN);

        var decided = applied(events.subList(0, 3));
        var ended = applied(events);

        assertThat(decided.status().state()).isEqualTo(Status.State.DENIED);
        assertThat(decided.status().settled()).isFalse();
        assertThat(decided.status().reason()).isEqualTo("cost-ceiling: the run may cost 9 USD");
        assertThat(ended.status().settled()).isTrue();
        assertThat(ended.status().reason()).isEqualTo("cost-ceiling");
        assertThat(ended.decided().findings()).hasSize(1);
        assertThat(ended.decided().permit()).isNull();
    }

    @Test
    void aRejectionOfSomethingUnreadableHasNoPipeline() {
        var view = applied(Histories.rejected(RUN));

        assertThat(view.status().state()).isEqualTo(Status.State.REJECTED);
        assertThat(view.pipeline()).isNull();
        assertThat(view.intake()).isEqualTo(new RunView.Intake(true, Door.KAFKA, "etl", NOON));
        assertThat(view.declared()).isNull();
    }

    /** The topics bring their events in any order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
    void anyOrderLeadsToTheSameRecord(long seed) {
        for (var history : List.of(
                Histories.succeeding(RUN), leftToGovernance(), Histories.denied(RUN), Histories.rejected(RUN))) {
            var expected = applied(history);
            var random = new Random(seed);
            for (var round = 0; round < 50; round++) {
                var shuffled = new ArrayList<>(history);
                Collections.shuffle(shuffled, random);
                assertThat(applied(shuffled))
                        .as(() -> shuffled.stream().map(Event::type).toList().toString())
                        .isEqualTo(expected);
            }
        }
    }

    /** Its intake says that the runner is left to governance, and its permit which one it is. */
    private static List<Event<?>> leftToGovernance() {
        var history = new ArrayList<Event<?>>();
        for (var event : Histories.succeeding(RUN)) {
            history.add(
                    event.data() instanceof ManifestEvent.Accepted accepted
                            ? new Event<>(
                                    event.id(),
                                    event.source(),
                                    event.type(),
                                    event.subject(),
                                    event.time(),
                                    event.namespace(),
                                    event.cause(),
                                    event.sequence(),
                                    event.traceparent(),
                                    new ManifestEvent.Accepted(
                                            RUN,
                                            leftOpen(accepted.spec()),
                                            accepted.door(),
                                            accepted.submitter(),
                                            accepted.receivedAt()))
                            : event);
        }
        return history;
    }

    private static RunSpec leftOpen(RunSpec spec) {
        var manifest = spec.manifest();
        var declared = manifest.spec();
        var auto = new Manifest.Runner(
                RunnerType.AUTO,
                null,
                null,
                null,
                null,
                null,
                declared.runner().scaling(),
                new Manifest.Auto(512, null));
        return new RunSpec(
                new Manifest(
                        manifest.apiVersion(),
                        manifest.kind(),
                        manifest.metadata(),
                        new Manifest.Spec(
                                declared.owner(),
                                declared.data(),
                                declared.workload(),
                                auto,
                                declared.network(),
                                declared.triggers(),
                                declared.batch(),
                                declared.execution(),
                                declared.cost())),
                spec.parameters(),
                spec.payload());
    }

    @Test
    void aRunnerThatGovernanceChoseIsTheRuns() {
        var history = leftToGovernance();

        assertThat(applied(history.subList(0, 2)).declared().runner()).isEqualTo(RunnerType.AUTO);
        assertThat(applied(history)).isEqualTo(applied(Histories.succeeding(RUN)));
    }

    @Test
    void aRecordIsReadAsItWasWritten() {
        for (var history : List.of(Histories.succeeding(RUN), Histories.denied(RUN), Histories.rejected(RUN))) {
            var view = applied(history);
            assertThat(Json.read(Json.text(view), RunView.class)).isEqualTo(view);
        }
        assertThat(Json.read(Json.text(RunView.empty(RUN)), RunView.class)).isEqualTo(RunView.empty(RUN));
    }

    private static RunView applied(List<Event<?>> events) {
        var view = RunView.empty(RUN);
        for (var event : events) {
            view = Json.read(Json.text(view.apply(event)), RunView.class);
        }
        return view;
    }
}
