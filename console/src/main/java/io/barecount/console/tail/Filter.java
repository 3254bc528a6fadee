package io.barecount.console.tail;

import io.barecount.contracts.RunId;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which records are wanted. Empty parts want any.
 *
 * @param type a part of the event's type, such as {@code runs.failed}
 * @param text a part of key, headers or value, whatever its case
 * @param denied only refusals: of governance, and of intake
 */
public record Filter(RunId run, String pipeline, String namespace, String type, String text, boolean denied) {
    private static final String DENIED = ".denied";
    private static final String REJECTED = ".rejected";

    /** @param pipelineOf asked for the pipeline of a run whose record names none */
    public boolean wants(TopicRecord record, Function<RunId, Optional<String>> pipelineOf) {
        return (namespace.isEmpty() || namespace.equals(record.namespace()))
                && record.type().contains(type)
                && (!denied || record.type().endsWith(DENIED) || record.type().endsWith(REJECTED))
                && (run == null || record.run().filter(run::equals).isPresent())
                && (text.isEmpty() || says(record, text.toLowerCase(Locale.ROOT)))
                && (pipeline.isEmpty() || pipeline.equals(pipeline(record, pipelineOf)));
    }

    private static String pipeline(TopicRecord record, Function<RunId, Optional<String>> pipelineOf) {
        return record.pipeline().or(() -> record.run().flatMap(pipelineOf)).orElse("");
    }

    private static boolean says(TopicRecord record, String wanted) {
        return (record.key() != null && record.key().toLowerCase(Locale.ROOT).contains(wanted))
                || record.headers().values().stream()
                        .anyMatch(header -> header.toLowerCase(Locale.ROOT).contains(wanted))
                || record.text().toLowerCase(Locale.ROOT).contains(wanted);
    }
}
