package io.barecount.deploy;

import io.swagger.v3.oas.models.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openapitools.openapidiff.core.OpenApiCompare;
import org.openapitools.openapidiff.core.compare.OpenApiDiffOptions;
import org.openapitools.openapidiff.core.model.Changed;
import org.openapitools.openapidiff.core.model.ChangedApiResponse;
import org.openapitools.openapidiff.core.model.ChangedContent;
import org.openapitools.openapidiff.core.model.ChangedParameter;
import org.openapitools.openapidiff.core.model.ChangedParameters;
import org.openapitools.openapidiff.core.model.ChangedRequestBody;
import org.openapitools.openapidiff.core.model.ChangedResponse;
import org.openapitools.openapidiff.core.model.ChangedSchema;
import org.openapitools.openapidiff.core.model.ComposedChanged;
import org.openapitools.openapidiff.core.model.DiffResult;

/**
 * What an OpenAPI document promised and its successor does not, as openapi-diff finds it. Beyond what that calls incompatible, a field of
 * an answer that is gone is: none of ours is declared as required, as what is null is left out. A new value of an answer's enum is not:
 * those who read contracts are told to expect new ones.
 */
final class ApiBreaks {
    private final List<String> found = new ArrayList<>();

    private ApiBreaks() {}

    /** Each as one line that begins with the operation. */
    static List<String> between(String before, String after) {
        var options = OpenApiDiffOptions.builder()
                .configProperty("incompatible.response.enum.increased", "false")
                .build();
        var difference = OpenApiCompare.fromContents(before, after, null, options);
        var breaks = new ApiBreaks();
        difference
                .getMissingEndpoints()
                .forEach(gone -> breaks.say(gone.getMethod() + " " + gone.getPathUrl(), "is gone"));
        difference
                .getChangedOperations()
                .forEach(operation -> breaks.walk(
                        operation.getHttpMethod() + " " + operation.getPathUrl(), operation.getChangedElements()));
        return breaks.found;
    }

    private void walk(String place, List<Changed> elements) {
        elements.stream().filter(element -> element != null).forEach(element -> walk(place, element));
    }

    private void walk(String place, Changed element) {
        switch (element) {
            case ChangedParameters parameters -> {
                parameters.getMissing().forEach(gone -> say(place, "the parameter " + gone.getName() + " is gone"));
                parameters.getIncreased().stream()
                        .filter(added -> Boolean.TRUE.equals(added.getRequired()))
                        .forEach(added -> say(place, "the parameter " + added.getName() + " has to be there now"));
                parameters.getChanged().forEach(changed -> walk(place, changed));
            }
            case ChangedParameter parameter -> {
                var at = place + " parameter " + parameter.getName();
                if (parameter.isChangeRequired()
                        && Boolean.TRUE.equals(parameter.getNewParameter().getRequired())) {
                    say(at, "has to be there now");
                }
                walk(at, parameter.getChangedElements());
            }
            case ChangedRequestBody request -> {
                if (request.isChangeRequired()
                        && Boolean.TRUE.equals(request.getNewRequestBody().getRequired())) {
                    say(place + " request", "has to be there now");
                }
                walk(place + " request", request.getChangedElements());
            }
            case ChangedApiResponse responses -> {
                responses.getMissing().keySet().forEach(status -> say(place, "the answer " + status + " is gone"));
                responses.getChanged().forEach((status, changed) -> walk(place + " answer " + status, changed));
            }
            case ChangedResponse response -> walk(place, response.getChangedElements());
            case ChangedContent content -> {
                content.getMissing().keySet().forEach(type -> say(place, type + " is gone"));
                content.getChanged().forEach((type, changed) -> walk(place + " " + type, changed.getChangedElements()));
            }
            case ChangedSchema schema -> walkSchema(place, schema);
            case ComposedChanged composed
            when composed.isCoreChanged() != DiffResult.INCOMPATIBLE -> walk(place, composed.getChangedElements());
            default -> {
                if (element.isIncompatible()) {
                    say(place, element.getClass().getSimpleName() + " takes or tells less than it did");
                }
            }
        }
    }

    private void walkSchema(String place, ChangedSchema schema) {
        var before = found.size();
        orNone(schema.getMissingProperties()).keySet().forEach(name -> say(place + "/" + name, "is gone"));
        orNone(schema.getChangedProperties()).forEach((name, changed) -> walkSchema(place + "/" + name, changed));
        if (schema.getItems() != null) {
            walkSchema(place + "/*", schema.getItems());
        }
        if (schema.getAddProp() != null) {
            walkSchema(place + "/additionalProperties", schema.getAddProp());
        }
        if (schema.isChangedType()) {
            say(place, "its type was " + type(schema.getOldSchema()) + ", is " + type(schema.getNewSchema()));
        }
        if (schema.getEnumeration() != null && schema.getEnumeration().isIncompatible()) {
            schema.getEnumeration().getMissing().forEach(value -> say(place, "the value " + value + " is gone"));
        }
        if (schema.getRequired() != null && schema.getRequired().isIncompatible()) {
            schema.getRequired().getIncreased().forEach(name -> say(place + "/" + name, "has to be there now"));
        }
        if (found.size() == before && schema.isIncompatible()) {
            say(place, "takes or tells less than it did");
        }
    }

    private static <V> Map<String, V> orNone(Map<String, V> map) {
        return map == null ? Map.of() : map;
    }

    private static String type(Schema<?> schema) {
        return schema == null || schema.getType() == null ? "any" : schema.getType();
    }

    private void say(String place, String what) {
        found.add(place + ": " + what);
    }
}
