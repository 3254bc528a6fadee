package io.barecount.manifest.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.barecount.contracts.event.Json;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.manifest.Corpus;
import io.barecount.manifest.validation.ManifestValidation.Result;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What an editor says by the published schema, and what becomes of it here. */
class SchemaAgreementTest {
    private static final ManifestValidation VALIDATION = new ManifestValidation();
    private static final YAMLMapper YAML = new YAMLMapper();

    private static Manifest valid(String text) {
        var result = VALIDATION.validate(text);
        assertThat(result).as(text).isInstanceOf(Result.Valid.class);
        return ((Result.Valid) result).manifest();
    }

    @Test
    void whatAnEditorTakesIsAcceptedAndWhatItMarksIsRefused() {
        var editor = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(PublishedSchema.text(PublishedSchema.PIPELINE), InputFormat.JSON);

        for (var good : Corpus.good("finance", "gdp")) {
            assertThat(editor.validate(good)).as(good.toPrettyString()).isEmpty();
            valid(good.toPrettyString());
        }
        var broken = Corpus.broken("finance", "gdp");
        assertThat(broken).hasSizeGreaterThan(300);
        for (var each : broken) {
            assertThat(VALIDATION.validate(each.text())).as(each.rule()).isInstanceOf(Result.Invalid.class);
            assertThat(editor.validate(each.manifest())).as(each.rule()).isNotEmpty();
        }
    }

    @Test
    void whatIsPrintedReadsAsTheSame() {
        for (var good : Corpus.good("finance", "gdp")) {
            var manifest = valid(good.toPrettyString());
            var again = valid(Json.text(manifest));

            assertThat(again).isEqualTo(manifest);
            assertThat(again.digest()).isEqualTo(manifest.digest());
        }
    }

    @Test
    void theDigestIsTheSameInAnyOrderAndLayout() throws Exception {
        var random = new Random(8785);
        for (var good : Corpus.good("finance", "gdp")) {
            var digest = valid(good.toString()).digest();
            for (var i = 0; i < 50; i++) {
                var shuffled = shuffled(good, random);
                var text = switch (i % 3) {
                    case 0 -> shuffled.toString();
                    case 1 -> shuffled.toPrettyString().replace("\n", "\n  ").replace(" : ", ":\t");
                    default ->
                        "# a remark\n\n" + YAML.writeValueAsString(shuffled).replace("---\n", "");
                };
                assertThat(valid(text).digest()).as(text).isEqualTo(digest);
            }
        }
    }

    private static JsonNode shuffled(JsonNode node, Random random) {
        if (node.isObject()) {
            var fields = new ArrayList<>(node.properties());
            Collections.shuffle(fields, random);
            ObjectNode object = Json.mapper().createObjectNode();
            fields.forEach(field -> object.set(field.getKey(), shuffled(field.getValue(), random)));
            return object;
        }
        if (node.isArray()) {
            ArrayNode list = Json.mapper().createArrayNode();
            node.forEach(item -> list.add(shuffled(item, random)));
            return list;
        }
        return node;
    }
}
