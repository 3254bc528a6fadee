package io.barecount.ledger.lineage;

import static io.barecount.ledger.Histories.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.barecount.contracts.RunId;
import io.barecount.contracts.event.Event;
import io.barecount.contracts.event.EventTypes;
import io.barecount.contracts.event.Json;
import io.barecount.ledger.Histories;
import io.barecount.ledger.view.RunView;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineageClientUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineageTest {
    private static final RunId RUN = RunId.parse("018f3a7e-0000-7000-8000-000000000001");

    @Test
    void aRunIsToldAsItStartsAndAsItEnds() {
        var events = told(Histories.succeeding(RUN));

        assertThat(events).extracting(event -> event.get("eventType").asText()).containsExactly("START", "COMPLETE");
        var start = events.get(0);
        assertThat(start.get("eventTime").asText())
                .isEqualTo(NOON.plusSeconds(7).toString());
        assertThat(start.at("/run/runId").asText()).isEqualTo(RUN.toString());
        assertThat(start.at("/job/namespace").asText()).isEqualTo("finance");
        assertThat(start.at("/job/name").asText()).isEqualTo("ledger-close");
        var facets = events.get(1).at("/run/facets");
        assertThat(facets.at("/barecount_runner/type").asText()).isEqualTo("onprem");
        assertThat(facets.at("/barecount_runner/instances/1").asText()).isEqualTo("agent-2");
        assertThat(facets.at("/barecount_network/boundary").asText()).isEqualTo("branch-vpn");
        assertThat(facets.at("/barecount_network/observed/0").asText()).isEqualTo("configured, not observed");
        assertThat(facets.at("/barecount_decision/permitted").asBoolean()).isTrue();
        assertThat(facets.at("/barecount_decision/rules/0").asText()).isEqualTo("cost-ceiling");
        assertThat(facets.at("/barecount_cost/costCenter").asText()).isEqualTo("cc-1");
        assertThat(facets.at("/barecount_cost/actual/amount").asText()).isEqualTo("0.3");
    }

    @Test
    void aDeniedRunIsAbortedBeforeItStarts() {
        assertThat(told(Histories.denied(RUN))).singleElement().satisfies(event -> {
            assertThat(event.get("eventType").asText()).isEqualTo("ABORT");
            assertThat(event.at("/run/facets/errorMessage/message").asText()).isEqualTo("cost-ceiling");
            assertThat(event.at("/run/facets/barecount_decision/permitted").asBoolean())
                    .isFalse();
        });
    }

    @Test
    void whatIsNoJobIsNotTold() {
        assertThat(told(Histories.rejected(RUN))).isEmpty();
    }

    /** Each topic keeps its order, and is read as fast as it may. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void howeverTheTopicsAreReadTheRunIsToldTheSame(long seed) {
        var history = Histories.succeeding(RUN);
        var end = told(history).get(1);
        var random = new Random(seed);
        for (var round = 0; round < 50; round++) {
            var events = told(interleaved(history, random));

            assertThat(events)
                    .extracting(event -> event.get("eventType").asText())
                    .containsExactly("START", "COMPLETE");
            assertThat(events.get(1)).isEqualTo(end);
        }
    }

    private static List<Event<?>> interleaved(List<Event<?>> history, Random random) {
        var topics = new ArrayList<>(history.stream()
                .collect(Collectors.groupingBy(
                        event -> EventTypes.topicOf(event.data().getClass()), Collectors.toCollection(ArrayDeque::new)))
                .values());
        var read = new ArrayList<Event<?>>();
        while (!topics.isEmpty()) {
            var topic = topics.get(random.nextInt(topics.size()));
            read.add(topic.remove());
            topics.removeIf(ArrayDeque::isEmpty);
        }
        return read;
    }

    @Test
    void aRecordMadeAnewTellsNothing() {
        assertThat(told(Histories.succeeding(RUN), Told.END)).isEmpty();
    }

    /** OpenLineage's own client, by others. */
    @Test
    void theClientOfOpenLineageReadsThem() {
        for (var history : List.of(Histories.succeeding(RUN), Histories.denied(RUN))) {
            for (var event : told(history)) {
                var read = OpenLineageClientUtils.runEventFromJson(Json.text(event));

                assertThat(read.getEventType().name())
                        .isEqualTo(event.get("eventType").asText());
                assertThat(read.getRun().getRunId()).isEqualTo(RUN.value());
                assertThat(read.getRun().getFacets().getProcessing_engine().getName())
                        .isEqualTo("BareCount Runners");
                assertThat(read.getRun().getFacets().getAdditionalProperties())
                        .containsKeys("barecount_runner", "barecount_network", "barecount_decision");
                assertThat(read.getJob().getFacets().getOwnership().getOwners())
                        .extracting(OpenLineage.OwnershipJobFacetOwners::getName)
                        .containsExactly("team:finance");
                assertThat(Json.read(OpenLineageClientUtils.toJson(read), JsonNode.class)
                                .get("job"))
                        .isEqualTo(event.get("job"));
            }
        }
    }

    /** Against the published schema, where {@code -Dopenlineage.spec} names a directory with the specification's own files. */
    @Test
    void theyAreValidByThePublishedSchema() throws IOException {
        var spec = System.getProperty("openlineage.spec");
        Assumptions.assumeTrue(
                spec != null, "the schema is OpenLineage's own and not copied here; -Dopenlineage.spec=DIR");
        var core = Files.readString(Path.of(spec, "OpenLineage.json"));
        var registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemas(Map.of("https://openlineage.io/spec/2-0-2/OpenLineage.json", core)));
        var schema = registry.getSchema(
                SchemaLocation.of("https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"));
        for (var history : List.of(Histories.succeeding(RUN), Histories.denied(RUN))) {
            for (var event : told(history)) {
                assertThat(schema.validate(
                                Json.text(event),
                                InputFormat.JSON,
                                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true))))
                        .isEmpty();
            }
        }
        assertThat(schema.validate("{\"eventType\":\"START\"}", InputFormat.JSON))
                .isNotEmpty();
    }

    private static List<JsonNode> told(List<Event<?>> history) {
        return told(history, Told.NOTHING);
    }

    private static List<JsonNode> told(List<Event<?>> history, Told before) {
        var view = RunView.empty(RUN);
        var told = before;
        var events = new ArrayList<JsonNode>();
        for (var event : history) {
            view = view.apply(event);
            var due = Lineage.of(view, told);
            told = due.told();
            events.addAll(due.events());
        }
        return events;
    }
}
