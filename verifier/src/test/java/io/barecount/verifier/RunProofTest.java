package io.barecount.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.Money;
import io.barecount.contracts.RunId;
import io.barecount.contracts.agent.Report;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.decision.Estimate;
import io.barecount.contracts.decision.Permit;
import io.barecount.contracts.decision.Tariff;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventCodec;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.event.TraceContext;
import io.barecount.contracts.execution.Evidence;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.manifest.NetworkModel;
import io.barecount.contracts.manifest.RunSpec;
import io.barecount.contracts.manifest.RunnerType;
import io.barecount.contracts.proof.CanonicalJson;
import io.barecount.contracts.proof.Checkpoint;
import io.barecount.contracts.proof.Digest;
import io.barecount.contracts.proof.MerkleTree;
import io.barecount.contracts.proof.SigningKey;
import io.barecount.contracts.run.RunEvent;
import io.barecount.contracts.submission.Door;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunProofTest {
    static final String ORIGIN = "ledger.test/run-proof";
    static final SigningKey LOG = SigningKey.generate();
    private static final SigningKey PERMITS = SigningKey.generate();
    private static final SigningKey EVIDENCE = SigningKey.generate();
    static final Trust TRUST = Trust.ofLog(ORIGIN, LOG.verifyingKey().toPem())
            .withPermits(PublicKey.ofPem(PERMITS.verifyingKey().toPem()))
            .withEvidence(PublicKey.ofPem(EVIDENCE.verifyingKey().toPem()));
    private static final RunId RUN = new RunId(EventIds.ofName("run"));
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final RunSpec SPEC = spec("a");

    @Test
    void aRunIsProvenWithPublicKeysAlone() {
        var verdict = verify(proof(honest()));

        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.verified()).isTrue();
        assertThat(verdict.entriesByTopic())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "barecount.decisions", 1L,
                        "barecount.dispatches", 1L,
                        "barecount.executions", 2L,
                        "barecount.runs", 1L));
        assertThat(verdict.run().inWords())
                .contains("run " + RUN + " of team-a/w succeeded")
                .contains("1 attempt started on onprem (local)");
    }

    @Test
    void noEntryCanBeLeftOut() {
        var whole = proof(honest());
        for (var mask = 0; mask < (1 << whole.entries().size()) - 1; mask++) {
            var some = new ArrayList<Entry>();
            for (var i = 0; i < whole.entries().size(); i++) {
                if ((mask & 1 << i) != 0) {
                    some.add(whole.entries().get(i));
                }
            }
            var cut = new File(whole.format(), whole.run(), whole.checkpoint(), some);
            assertThat(verify(cut).verified())
                    .as("entries %s", Integer.toBinaryString(mask))
                    .isFalse();
        }
    }

    @Test
    void aRunThatHasNotEndedIsNotProven() {
        var events = honest();
        events.remove(events.size() - 1);

        assertThat(problems(events)).anyMatch(problem -> problem.contains("does not show how run"));
    }

    @Test
    void aPermitOfAnotherKeyIsNone() {
        var events = honest();
        events.set(0, permitted(SPEC, SigningKey.generate()));

        assertThat(problems(events)).anyMatch(problem -> problem.contains("permit that does not hold"));
    }

    @Test
    void whatWasDispatchedIsWhatWasPermitted() {
        var events = honest();
        events.set(1, start(spec("b")));

        assertThat(problems(events)).anyMatch(problem -> problem.contains("other content than was permitted"));
    }

    @Test
    void whatIsDispatchedWithOthersIsProvenTheSame() {
        var events = honest();
        events.set(1, startAll(SPEC));
        assertThat(problems(events)).isEmpty();

        events.set(1, startAll(spec("b")));
        assertThat(problems(events)).anyMatch(problem -> problem.contains("other content than was permitted"));
    }

    private static DispatchEvent.StartAll startAll(RunSpec spec) {
        var start = start(spec);
        return new DispatchEvent.StartAll(
                List.of(start.attempt()), spec, start.boundary(), start.estimate(), start.permit());
    }

    @Test
    void nothingStartsTwiceOrBeforeItsPermit() {
        var events = honest();
        events.add(2, started(NOON.minusSeconds(1)));

        assertThat(problems(events))
                .anyMatch(problem -> problem.contains("starts attempt"))
                .anyMatch(problem -> problem.contains("before its permit was issued"));
    }

    @Test
    void evidenceIsSignedAndSpeaksOfThisAttempt() {
        var unsigned = honest();
        unsigned.set(3, succeeded(1, SigningKey.generate()));
        assertThat(problems(unsigned)).anyMatch(problem -> problem.contains("evidence of"));

        var ofAnother = honest();
        ofAnother.set(3, succeeded(2, EVIDENCE));
        assertThat(problems(ofAnother)).anyMatch(problem -> problem.contains("it is of attempt"));
    }

    @Test
    void whatWasPermittedIsWhatIntakeAccepted() {
        var events = honest();
        events.addFirst(accepted(SPEC));
        assertThat(problems(events)).isEmpty();

        events.set(0, accepted(spec("b")));
        assertThat(problems(events)).anyMatch(problem -> problem.contains("than was submitted"));

        events.set(1, permitted(SPEC, spec("b").digest(), PERMITS));
        assertThat(problems(events)).as("its runner was left to governance").isEmpty();
    }

    private static ManifestEvent.Accepted accepted(RunSpec spec) {
        return new ManifestEvent.Accepted(RUN, spec, Door.HTTP, "ada", NOON.minusSeconds(1));
    }

    @Test
    void aRunWithoutItsPermitIsNotProven() {
        var events = honest();
        events.remove(0);

        assertThat(problems(events)).anyMatch(problem -> problem.contains("shows no permit"));
    }

    private static List<String> problems(List<Object> events) {
        return verify(proof(events)).findings().stream().map(Finding::problem).toList();
    }

    private static Verdict verify(File proof) {
        return Verifier.check(Json.bytes(proof), TRUST);
    }

    static List<Object> honest() {
        return new ArrayList<>(List.of(
                permitted(SPEC, PERMITS),
                start(SPEC),
                started(NOON.plusSeconds(2)),
                succeeded(1, EVIDENCE),
                new RunEvent.Succeeded(RUN, "team-a", "w", NOON.plusSeconds(4), 1, 0, Money.usd("0.01"))));
    }

    /** As the ledger answers. */
    record File(String format, RunId run, String checkpoint, List<Entry> entries) {}

    record Entry(long seq, byte[] leaf, byte[] payload, List<byte[]> proof) {}

    /** Of a log that holds these events and as many of others between them. */
    static File proof(List<Object> events) {
        var leaves = new ArrayList<byte[]>();
        var told = new HashMap<String, Integer>();
        for (var i = 0; i < events.size(); i++) {
            leaves.add(FakeLog.leaf(i, "of another run"));
            leaves.add(leaf(events.get(i), i, told.merge(source(events.get(i)), 1, Integer::sum)));
        }
        var hashes = leaves.stream().map(MerkleTree::leafHash).toList();
        var note = new Checkpoint(ORIGIN, leaves.size(), root(hashes)).sign(LOG);
        var entries = new ArrayList<Entry>();
        for (var seq = 1; seq < leaves.size(); seq += 2) {
            entries.add(new Entry(seq, leaves.get(seq), null, path(seq, hashes)));
        }
        return new File(RunProof.FORMAT, RUN, note, entries);
    }

    private static byte[] root(List<byte[]> hashes) {
        var tree = new MerkleTree.RootBuilder();
        hashes.forEach(tree::add);
        return tree.root();
    }

    /** RFC 6962, section 2.1.1, word for word. */
    private static List<byte[]> path(int m, List<byte[]> hashes) {
        var n = hashes.size();
        if (n == 1) {
            return List.of();
        }
        var k = Integer.highestOneBit(n - 1);
        var path = new ArrayList<>(m < k ? path(m, hashes.subList(0, k)) : path(m - k, hashes.subList(k, n)));
        path.add(root(m < k ? hashes.subList(k, n) : hashes.subList(0, k)));
        return path;
    }

    private static String source(Object data) {
        return switch (data) {
            case DecisionEvent decision -> "/barecount/policy-service";
            case ManifestEvent manifest -> "/barecount/manifest-service";
            case ExecutionEvent execution -> "/barecount/runner-gateway";
            default -> "/barecount/scheduler-service";
        };
    }

    private static byte[] leaf(Object data, int offset, int sequence) {
        var type = EventTypes.typeOf(data.getClass());
        var cause = RUN.value();
        var event = new Event<>(
                EventIds.derive(cause, type + offset),
                source(data),
                type,
                RUN.toString(),
                NOON,
                "team-a",
                cause,
                sequence,
                TraceContext.orNew(null, cause),
                data);
        return CanonicalJson.bytes(Map.of(
                "topic", EventTypes.topicOf(data.getClass()).topicName(),
                "partition", 0,
                "offset", offset,
                "key", RUN.toString(),
                "headers", EventCodec.headers(event),
                "data", Json.tree(data)));
    }

    private static DecisionEvent.Permitted permitted(RunSpec spec, SigningKey key) {
        return permitted(spec, null, key);
    }

    private static DecisionEvent.Permitted permitted(RunSpec spec, Digest declared, SigningKey key) {
        var permit = new Permit(
                RUN,
                "team-a",
                spec.manifest().digest(),
                spec.digest(),
                Digest.of("policies"),
                boundary().digest(),
                Digest.ofCanonical(estimate()),
                List.of("rule"),
                NOON,
                NOON.plusSeconds(600),
                null,
                null,
                null,
                declared);
        return new DecisionEvent.Permitted(
                RUN, spec, boundary(), estimate(), Digest.of("policies"), List.of(), permit.sign(key));
    }

    private static DispatchEvent.Start start(RunSpec spec) {
        var permit = permitted(spec, PERMITS).permit();
        return new DispatchEvent.Start(RUN.task(0).attempt(1), spec, null, false, boundary(), estimate(), permit);
    }

    private static ExecutionEvent.Started started(Instant at) {
        return new ExecutionEvent.Started(RUN.task(0).attempt(1), at, "local", "agent-1");
    }

    @Test
    void whatIsAttestedIsWhatItsAgentSigned() {
        var agent = SigningKey.generate();
        for (var told : Map.of(report(0), true, report(1), false).entrySet()) {
            var statement = told.getKey().sign(RUN.task(0).attempt(1), SPEC.digest(), agent);
            var events = honest();
            events.set(
                    3,
                    succeeded(
                            1,
                            EVIDENCE,
                            new Evidence.AgentStatement(agent.verifyingKey().toPem(), statement)));
            assertThat(problems(events).isEmpty()).as(told.getKey().toString()).isEqualTo(told.getValue());
        }
        var another = new Evidence.AgentStatement(
                SigningKey.generate().verifyingKey().toPem(),
                report(0).sign(RUN.task(0).attempt(1), SPEC.digest(), agent));
        var events = honest();
        events.set(3, succeeded(1, EVIDENCE, another));
        assertThat(problems(events)).anyMatch(problem -> problem.contains("does not hold"));
    }

    private static Report report(int exitCode) {
        return new Report(
                "agent-1",
                1,
                "claim",
                Report.Outcome.SUCCEEDED,
                null,
                null,
                NOON.plusSeconds(2),
                NOON.plusSeconds(3),
                exitCode,
                Map.of(),
                Map.of(),
                "host network",
                Evidence.CONFIGURED_NOT_OBSERVED,
                null,
                Map.of());
    }

    private static ExecutionEvent.Succeeded succeeded(int evidenceOf, SigningKey key) {
        return succeeded(evidenceOf, key, null);
    }

    private static ExecutionEvent.Succeeded succeeded(
            int evidenceOf, SigningKey key, Evidence.AgentStatement statement) {
        var evidence = new Evidence(
                RUN.task(0).attempt(evidenceOf),
                SPEC.digest(),
                RunnerType.ONPREM,
                "local",
                "agent-1",
                new Evidence.Configuration(Map.of(), Map.of()),
                Map.of(),
                new Evidence.Network("plant", "host network", Evidence.CONFIGURED_NOT_OBSERVED),
                NOON.plusSeconds(2),
                NOON.plusSeconds(3),
                0,
                null,
                Map.of(),
                statement,
                null);
        return new ExecutionEvent.Succeeded(
                RUN.task(0).attempt(1), NOON.plusSeconds(3), Duration.ofSeconds(1), evidence.sign(key));
    }

    private static Boundary boundary() {
        return new Boundary(
                "plant",
                NetworkModel.ONPREM,
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                new Boundary.Egress(List.of()),
                List.of(RunnerType.ONPREM),
                "plant");
    }

    private static Estimate estimate() {
        var cost = Money.usd("0.01");
        return new Estimate(
                cost, cost, cost, Duration.ofSeconds(10), 1, new Tariff("USD", List.of()), Digest.of("prices"));
    }

    private static RunSpec spec(String payload) {
        var spec = new Manifest.Spec(
                new Manifest.Owner("team", "contact", "CC-1"),
                new Manifest.Data(Manifest.Classification.INTERNAL, List.of(), List.of(), List.of()),
                new Manifest.Workload(
                        new Manifest.Artifact("file:w.sh", Digest.of("code")), Manifest.Runtime.SHELL, null, Map.of()),
                new Manifest.Runner(
                        RunnerType.ONPREM,
                        null,
                        null,
                        null,
                        null,
                        new Manifest.OnPrem(1, 256),
                        new Manifest.Scaling(0, 1)),
                new Manifest.Network(NetworkModel.ONPREM, "plant"),
                List.of(),
                null,
                new Manifest.Execution(
                        Duration.ofMinutes(1),
                        new Manifest.Retries(0, List.of(), Duration.ofSeconds(1)),
                        false,
                        Manifest.OnDoubt.FAIL),
                new Manifest.Cost(Duration.ofSeconds(10), null));
        var manifest = new Manifest(
                Manifest.API_VERSION, Manifest.KIND, new Manifest.Metadata("w", "team-a", Map.of(), Map.of()), spec);
        return new RunSpec(manifest, Map.of(), payload);
    }
}
