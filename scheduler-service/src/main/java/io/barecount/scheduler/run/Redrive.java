package io.barecount.scheduler.run;

import io.barecount.contracts.RunId;
import io.barecount.contracts.event.EventIds;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Indices;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.submission.Door;
import io.barecount.contracts.submission.SubmissionDocument;
import io.barecount.contracts.submission.SubmissionEvent;
import io.barecount.messaging.stage.Outgoing;
import java.time.Instant;
import java.util.HashMap;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What an ended run did not get done, as a submission of its own, which is validated and decided anew. A run is redriven once: asked
 * again, it is the same submission. What that one doesn't get done is redriven from it.
 */
public record Redrive(RunState.Ended ended) {
    /** The parameter that names the run whose tasks are run again. */
    public static final String OF = "redrive.of";

    /** Empty if there is nothing to be run again, or nothing that could be: a merging task sees the outputs of its own run alone. */
    public static Optional<Redrive> of(RunState.Ended ended) {
        var spec = ended.spec();
        var merges = spec != null
                && spec.manifest().spec().batch() != null
                && spec.manifest().spec().batch().merge() != null;
        return spec == null || merges ? Optional.empty() : Optional.of(new Redrive(ended));
    }

    /** The run that runs the rest. */
    public RunId run() {
        return new RunId(EventIds.ofName("redrive/" + ended.summary().run()));
    }

    /** How many tasks it runs again. */
    public int tasks() {
        return ended.summary().tasks() - ended.summary().succeeded();
    }

    Outgoing submission(String by, Instant now) {
        var spec = ended.spec();
        var parameters = new HashMap<>(spec.parameters());
        parameters.put(OF, ended.summary().run().toString());
        var rest = manifest();
        // The rest of a batch is another manifest than the one that was signed.
        var document = new SubmissionDocument(
                Json.text(rest),
                null,
                null,
                parameters,
                spec.payload(),
                rest.equals(spec.manifest()) ? spec.signature() : null);
        var manifest = spec.manifest();
        return new Outgoing(
                manifest.namespace() + "/" + manifest.name(),
                run().toString(),
                manifest.namespace(),
                new SubmissionEvent.Submitted(run(), Door.HTTP, by, now, document));
    }

    private Manifest manifest() {
        var manifest = ended.spec().manifest();
        var spec = manifest.spec();
        var batch = spec.batch();
        if (batch == null) {
            return manifest;
        }
        var rest = IntStream.range(0, batch.size())
                .filter(task -> task >= ended.next()
                        || ended.failedTasks().contains(task)
                        || ended.stoppedTasks().contains(task))
                .map(task ->
                        batch.only() == null ? task : Indices.of(batch.only()).at(task));
        var part = new Manifest.Batch(
                batch.slices(),
                batch.count(),
                batch.range(),
                batch.partitions(),
                Indices.text(rest),
                batch.parallelism(),
                Math.min(batch.toleratedFailures(), Math.max(0, tasks() - 1)),
                batch.toleratedPercent(),
                batch.ordered(),
                null);
        return new Manifest(
                manifest.apiVersion(),
                manifest.kind(),
                manifest.metadata(),
                new Manifest.Spec(
                        spec.owner(),
                        spec.data(),
                        spec.workload(),
                        spec.runner(),
                        spec.network(),
                        spec.triggers(),
                        part,
                        spec.execution(),
                        spec.cost()));
    }
}
