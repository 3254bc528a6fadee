package io.barecount.deploy;

import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonArrayFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonBooleanFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatTypes;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitable;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonIntegerFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonMapFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonNumberFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonStringFormatVisitor;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * JSON Schemas of records, as the mapper writes them. What is null is left out, so no field is required; a later version may add
 * fields, so others are allowed.
 */
final class EventSchemas {
    private static final Map<Class<?>, String> FORMATS =
            Map.of(Instant.class, "date-time", Duration.class, "duration", UUID.class, "uuid");

    private final ObjectMapper mapper;
    private final Map<String, ObjectNode> named = new TreeMap<>();
    private final Map<String, Class<?>> owners = new TreeMap<>();

    EventSchemas(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** By name; those that {@link #reference} was asked for and all that they refer to. */
    Map<String, ObjectNode> named() {
        return named;
    }

    ObjectNode reference(Class<?> type) {
        return schema(mapper.constructType(type));
    }

    private ObjectNode schema(JavaType type) {
        var raw = type.getRawClass();
        if (JsonNode.class.isAssignableFrom(raw) || raw == Object.class) {
            return mapper.createObjectNode();
        }
        return raw.isSealed() || raw.isRecord() && isObject(type) ? named(type) : described(type);
    }

    /** A record may be written as one string, such as an id. */
    private boolean isObject(JavaType type) {
        try {
            return mapper.getSerializerProviderInstance().findValueSerializer(type) instanceof BeanSerializerBase;
        } catch (JsonMappingException e) {
            throw new IllegalStateException(type + " can't be written", e);
        }
    }

    private ObjectNode described(JavaType type) {
        var visitor = new Visitor();
        try {
            mapper.acceptJsonFormatVisitor(type, visitor);
        } catch (JsonMappingException e) {
            throw new IllegalStateException(type + " has no schema", e);
        }
        var format = FORMATS.get(type.getRawClass());
        if (format != null) {
            visitor.schema.put("format", format);
        }
        if (type.getRawClass() == byte[].class) {
            visitor.schema.removeAll();
            visitor.schema.put("type", "string").put("contentEncoding", "base64");
        }
        return visitor.schema;
    }

    private ObjectNode named(JavaType type) {
        var raw = type.getRawClass();
        var name = name(raw);
        var owner = owners.putIfAbsent(name, raw);
        if (owner != null && owner != raw) {
            throw new IllegalStateException(owner + " and " + raw + " would have one name");
        }
        if (owner == null) {
            named.put(name, mapper.createObjectNode());
            named.put(name, raw.isSealed() ? oneOf(raw) : described(type));
        }
        return mapper.createObjectNode().put("$ref", "#/components/schemas/" + name);
    }

    /** With the name of its owner, if it has one: a record of a family is called as others are elsewhere. */
    private static String name(Class<?> type) {
        return type.getDeclaringClass() == null
                ? type.getSimpleName()
                : name(type.getDeclaringClass()) + "." + type.getSimpleName();
    }

    private ObjectNode oneOf(Class<?> sealed) {
        var schema = mapper.createObjectNode();
        var members = schema.putArray("oneOf");
        Arrays.stream(sealed.getPermittedSubclasses()).forEach(member -> {
            var one = members.addObject();
            var all = one.putArray("allOf");
            all.add(named(mapper.constructType(member)));
            var is = all.addObject().put("type", "object");
            is.putArray("required").add("is");
            is.putObject("properties").putObject("is").put("const", member.getSimpleName());
        });
        return schema;
    }

    private final class Visitor extends JsonFormatVisitorWrapper.Base {
        private final ObjectNode schema = mapper.createObjectNode();

        private Visitor() {
            super(mapper.getSerializerProviderInstance());
        }

        @Override
        public JsonObjectFormatVisitor expectObjectFormat(JavaType type) {
            schema.put("type", "object");
            var properties = schema.putObject("properties");
            return new JsonObjectFormatVisitor.Base(getProvider()) {
                @Override
                public void property(BeanProperty property) {
                    properties.set(property.getName(), schema(property.getType()));
                }

                @Override
                public void optionalProperty(BeanProperty property) {
                    property(property);
                }
            };
        }

        @Override
        public JsonArrayFormatVisitor expectArrayFormat(JavaType type) {
            schema.put("type", "array");
            return new JsonArrayFormatVisitor.Base(getProvider()) {
                @Override
                public void itemsFormat(JsonFormatVisitable handler, JavaType element) {
                    schema.set("items", schema(element));
                }

                @Override
                public void itemsFormat(JsonFormatTypes format) {
                    schema.putObject("items").put("type", format.value());
                }
            };
        }

        @Override
        public JsonMapFormatVisitor expectMapFormat(JavaType type) {
            schema.put("type", "object");
            schema.set("additionalProperties", schema(type.getContentType()));
            return new JsonMapFormatVisitor.Base(getProvider());
        }

        @Override
        public JsonStringFormatVisitor expectStringFormat(JavaType type) {
            schema.put("type", "string");
            return new JsonStringFormatVisitor.Base() {
                @Override
                public void enumTypes(Set<String> values) {
                    var allowed = schema.putArray("enum");
                    new TreeSet<>(values).forEach(allowed::add);
                }
            };
        }

        @Override
        public JsonIntegerFormatVisitor expectIntegerFormat(JavaType type) {
            schema.put("type", "integer");
            return new JsonIntegerFormatVisitor.Base();
        }

        @Override
        public JsonNumberFormatVisitor expectNumberFormat(JavaType type) {
            schema.put("type", "number");
            return new JsonNumberFormatVisitor.Base();
        }

        @Override
        public JsonBooleanFormatVisitor expectBooleanFormat(JavaType type) {
            schema.put("type", "boolean");
            return new JsonBooleanFormatVisitor.Base();
        }

        @Override
        public SerializerProvider getProvider() {
            return mapper.getSerializerProviderInstance();
        }
    }
}
