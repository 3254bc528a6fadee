package io.barecount.console.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.barecount.contracts.RunId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FilterTest {
    private static final RunId RUN = RunId.parse("0198c0de-0000-7000-8000-000000000001");
    private static final RunId OTHER = RunId.parse("0198c0de-0000-7000-8000-000000000002");
    private static final Filter ANY = new Filter(null, "", "", "", "", false);

    private static TopicRecord record(String topic, String type, String subject, String key, String value) {
        return new TopicRecord(
                new Place(topic, 0),
                0,
                Instant.EPOCH,
                key,
                Map.of("ce_type", type, "ce_subject", subject, "ce_namespace", "finance"),
                value.getBytes(StandardCharsets.UTF_8));
    }

    private static final TopicRecord DENIED = record(
            "barecount.decisions",
            "barecount.decisions.denied",
            RUN.toString(),
            RUN.toString(),
            "{\"spec\":{\"manifest\":{\"metadata\":{\"name\":\"Report\"}}}}");
    private static final TopicRecord STARTED = record(
            "barecount.executions", "barecount.executions.started", RUN + "/3/1", RUN.toString(), "{\"runner\":\"x\"}");
    private static final TopicRecord SUBMITTED =
            record("barecount.submissions", "barecount.submissions.submitted", RUN.toString(), "finance/report", "{}");

    private static boolean wants(Filter filter, TopicRecord record) {
        return filter.wants(record, run -> run.equals(RUN) ? Optional.of("report") : Optional.empty());
    }

    @Test
    void wantsAllWithoutAnyPart() {
        assertThat(wants(ANY, DENIED)).isTrue();
        assertThat(wants(ANY, new TopicRecord(new Place("x", 0), 0, Instant.EPOCH, null, Map.of(), null)))
                .isTrue();
    }

    @Test
    void anAttemptBelongsToItsRun() {
        assertThat(wants(new Filter(RUN, "", "", "", "", false), STARTED)).isTrue();
        assertThat(wants(new Filter(OTHER, "", "", "", "", false), STARTED)).isFalse();
    }

    @Test
    void thePipelineIsTheRecordsOwnOrElseItsRuns() {
        var report = new Filter(null, "report", "", "", "", false);

        assertThat(wants(report, STARTED)).isTrue();
        assertThat(wants(report, SUBMITTED)).isTrue();
        assertThat(wants(report, DENIED)).as("its own name is Report").isFalse();
    }

    @Test
    void deniedWantsRefusalsOnly() {
        var denied = new Filter(null, "", "", "", "", true);

        assertThat(wants(denied, DENIED)).isTrue();
        assertThat(wants(denied, STARTED)).isFalse();
    }

    @Test
    void textIsFoundInValueHeadersAndKeyWhateverItsCase() {
        assertThat(wants(new Filter(null, "", "", "", "rEPORT", false), DENIED)).isTrue();
        assertThat(wants(new Filter(null, "", "", "", "Finance", false), STARTED))
                .isTrue();
        assertThat(wants(new Filter(null, "", "", "", "finance/rep", false), SUBMITTED))
                .isTrue();
        assertThat(wants(new Filter(null, "", "", "", "absent", false), DENIED)).isFalse();
    }

    @Test
    void allPartsMustFit() {
        assertThat(wants(new Filter(RUN, "", "finance", "started", "", false), STARTED))
                .isTrue();
        assertThat(wants(new Filter(RUN, "", "commerce", "started", "", false), STARTED))
                .isFalse();
    }
}
