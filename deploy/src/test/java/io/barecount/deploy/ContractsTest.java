package io.barecount.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What others rely on does not shrink unnoticed; and the judges of that notice each way of shrinking. */
class ContractsTest {
    private static final Path SCHEMAS =
            Project.HOME.resolve("contracts/src/main/resources/io/barecount/contracts/manifest");

    /** The HTTP API and the topics are held by {@link OpenApiTest} and {@link AsyncApiTest}. */
    @ParameterizedTest
    @ValueSource(strings = {"pipeline-v1.schema.json", "submission-v1.schema.json"})
    void aSchemaTakesWhatItTook(String name) throws IOException {
        Published.hold(
                Project.HOME.resolve("docs/schemas").resolve(name),
                Project.read(SCHEMAS.resolve(name)),
                (before, now) ->
                        SchemaBreaks.between(name, Json.read(before, JsonNode.class), Json.read(now, JsonNode.class)));
    }

    @Test
    void everyBreakSaysWhy() throws IOException {
        assertThat(Published.explained()).allSatisfy(entry -> {
            assertThat(entry.why()).as(entry.contract() + " " + entry.breaks()).hasSizeGreaterThan(20);
            assertThat(entry.breaks()).isNotEmpty();
            assertThat(entry.before()).startsWith("sha256:");
        });
    }

    /** From, to, and what is said of it; nothing where the step breaks nobody. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            quoteCharacter = '`',
            value = {
                "{properties: {a: {type: string}}} | {properties: {}} | t/a: is gone",
                "{properties: {a: {type: string}}} | {properties: {a: {type: string}, b: {type: string}}} | -",
                "{properties: {a: {type: string}}} | {properties: {a: {type: string}}, required: [a]} | t/a: has to be there now",
                "{properties: {a: {}}, required: [a]} | {properties: {a: {}}} | -",
                "{type: string} | {type: integer} | t: its type was string, is \"integer\"",
                "{type: [string, integer]} | {type: string} | t: its type was integer or string, is \"string\"",
                "{type: integer} | {type: number} | -",
                "{type: string} | {type: [string, integer]} | -",
                "{} | {type: string} | t: its type was any, is \"string\"",
                "{enum: [a, b]} | {enum: [a]} | t: the value \"b\" is gone",
                "{enum: [a]} | {enum: [a, b]} | -",
                "{} | {enum: [a]} | t: takes only these now: [\"a\"]",
                "{maximum: 10} | {maximum: 9} | t: maximum was 10, is 9",
                "{maximum: 9} | {maximum: 10} | -",
                "{} | {maxLength: 10} | t: maxLength was none, is 10",
                "{minItems: 1} | {minItems: 2} | t: minItems was 1, is 2",
                "{minItems: 2} | {} | -",
                "{pattern: a+} | {pattern: a} | t: pattern was \"a+\", is \"a\"",
                "{pattern: a} | {} | -",
                "{} | {const: 1} | t: const was nothing, is 1",
                "{properties: {a: {}}} | {properties: {a: {}}, additionalProperties: false} | t: additionalProperties is asked for now: false",
                "{additionalProperties: false} | {additionalProperties: true} | -",
                "{items: {type: string}} | {items: {type: integer}} | t/*: its type was string, is \"integer\"",
                "{oneOf: [{const: a}, {const: b}]} | {oneOf: [{const: a}]} | t/oneOf/1: is gone: {\"const\":\"b\"}",
                "{oneOf: [{const: a}]} | {oneOf: [{const: a}, {const: b}]} | -",
                "{allOf: [{type: object}]} | {allOf: [{type: object}, {required: [x]}]} | t/allOf/1: is asked for now: {\"required\":[\"x\"]}",
                "{$ref: '#/$defs/x', $defs: {x: {enum: [a, b]}}} | {$ref: '#/$defs/x', $defs: {x: {enum: [b]}}} | t: the value \"a\" is gone",
                "{description: old} | {description: new} | -",
            })
    void eachWayOfShrinkingASchemaIsNoticed(String before, String after, String said) {
        assertThat(SchemaBreaks.between("t", Published.yaml(before), Published.yaml(after)))
                .isEqualTo(said == null ? List.of() : List.of(said));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            quoteCharacter = '`',
            value = {
                "get: | delete: | GET /x: is gone",
                "name: q, | name: p, | GET /x: the parameter q is gone",
                "in: query, | in: query, required: true, | GET /x parameter q: has to be there now",
                "'200' | '201' | GET /x: the answer 200 is gone",
                "application/json | text/plain | GET /x answer 200: application/json is gone",
                "version: {type: string} | revision: {type: string} | GET /x answer 200 application/json/version: is gone",
                "version: {type: string} | version: {type: integer} | GET /x answer 200 application/json/version: its type was string, is integer",
                "version: {type: string} | version: {type: string}, more: {type: string} | -",
                "description: old | description: new | -",
            })
    void eachWayOfShrinkingTheApiIsNoticed(String part, String other, String said) {
        var before = """
                openapi: 3.0.3
                info: {title: t, version: '1', description: old}
                paths:
                  /x:
                    get:
                      parameters:
                        - {name: q, in: query, schema: {type: string}}
                      responses:
                        '200':
                          description: ok
                          content:
                            application/json: {schema: {type: object, properties: {version: {type: string}}}}
                """;
        assertThat(before).contains(part);

        assertThat(ApiBreaks.between(before, before.replace(part, other)))
                .isEqualTo(said == null ? List.of() : List.of(said));
    }

    @Test
    void aTopicAndAnEventThatAreGoneAreNoticed() {
        var before = """
                channels:
                  barecount.runs: {messages: {runs.queued: {}, runs.failed: {}}}
                  barecount.dispatches: {messages: {}}
                components:
                  messages:
                    runs.queued: {payload: {$ref: '#/components/schemas/Queued'}}
                    runs.failed: {payload: {}}
                  schemas:
                    Queued: {properties: {run: {type: string}, at: {type: string}}}
                """;
        var after = before.replace("  barecount.dispatches: {messages: {}}\n", "")
                .replace(", runs.failed: {}", "")
                .replace(", at: {type: string}", "");

        assertThat(EventBreaks.between(before, after))
                .containsExactly(
                        "barecount.runs: the event runs.failed is gone",
                        "barecount.dispatches: the topic is gone",
                        "runs.queued/at: is gone");
        assertThat(EventBreaks.between(after, before)).isEmpty();
    }
}
