package io.barecount.contracts.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.contracts.TaskId;
import io.barecount.contracts.control.Scope;
import io.barecount.contracts.proof.Digest;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * How contracts are written as JSON, in one place, so that the types themselves carry no annotations.
 *
 * <p>Ids and digests are strings, amounts are decimal strings, times are ISO 8601, enum constants are lower-case with hyphens (or
 * their own {@code toString}); null is left out. A value whose declared type is a sealed interface carries the name of its record in
 * {@code "is"}. Unknown fields are ignored when reading, so that a contract can grow.
 */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(identifiers())
            .annotationIntrospector(new Conventions())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();

    private Json() {}

    /** The shared mapper; configured for good, safe for all threads. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(value.getClass() + " can't be written as JSON", e);
        }
    }

    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(value.getClass() + " can't be written as JSON", e);
        }
    }

    /** As {@link #text(Object)}, but for a sealed family: the text names which of its records it is. */
    public static String text(Object value, Class<?> declared) {
        try {
            return MAPPER.writerFor(declared).writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(value.getClass() + " can't be written as JSON", e);
        }
    }

    /** @throws IllegalArgumentException if the bytes are not JSON of this type; the message says where */
    public static <T> T read(byte[] json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException if the text is not JSON of this type; the message says where */
    public static <T> T read(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** @throws IllegalArgumentException if the tree is not of this type; the message says where */
    public static <T> T fromTree(JsonNode tree, Class<T> type) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    private static SimpleModule identifiers() {
        var module = new SimpleModule("identifiers");
        asString(module, RunId.class, RunId::parse);
        asString(module, TaskId.class, TaskId::parse);
        asString(module, AttemptId.class, AttemptId::parse);
        asString(module, Digest.class, Digest::parse);
        asString(module, Scope.class, Scope::parse);
        module.addSerializer(BigDecimal.class, new PlainDecimal());
        return module;
    }

    private static <T> void asString(SimpleModule module, Class<T> type, Function<String, T> parse) {
        module.addSerializer(type, ToStringSerializer.instance);
        module.addDeserializer(type, new Parsed<>(type, parse));
    }

    private static final class Parsed<T> extends FromStringDeserializer<T> {
        private static final long serialVersionUID = 1L;
        private final transient Function<String, T> parse;

        Parsed(Class<T> type, Function<String, T> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        protected T _deserialize(String value, DeserializationContext context) {
            return parse.apply(value);
        }
    }

    /** Never with an exponent, neither in bytes nor in a tree. */
    private static final class PlainDecimal extends StdSerializer<BigDecimal> {
        private static final long serialVersionUID = 1L;

        PlainDecimal() {
            super(BigDecimal.class);
        }

        @Override
        public void serialize(BigDecimal value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(value.toPlainString());
        }
    }

    private static final class Conventions extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public String[] findEnumValues(
                MapperConfig<?> config, AnnotatedClass enumType, Enum<?>[] constants, String[] names) {
            for (var i = 0; i < constants.length; i++) {
                var constant = constants[i];
                names[i] = constant.toString().equals(constant.name())
                        ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
                        : constant.toString();
            }
            return names;
        }

        @Override
        public JsonTypeInfo.Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
            return annotated instanceof AnnotatedClass
                            && annotated.getRawType().isSealed()
                            && annotated.getRawType().isInterface()
                    ? JsonTypeInfo.Value.construct(
                            JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, "is", null, false, null)
                    : null;
        }

        @Override
        public List<NamedType> findSubtypes(Annotated annotated) {
            var type = annotated.getRawType();
            return type.isSealed()
                    ? Arrays.stream(type.getPermittedSubclasses())
                            .map(record -> new NamedType(record, record.getSimpleName()))
                            .toList()
                    : null;
        }

        @Override
        public String findTypeName(AnnotatedClass type) {
            return type.getRawType().isRecord() ? type.getRawType().getSimpleName() : null;
        }
    }
}
