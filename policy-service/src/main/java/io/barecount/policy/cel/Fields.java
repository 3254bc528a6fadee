package io.barecount.policy.cel;

import io.barecount.contracts.event.Json;
import io.barecount.contracts.proof.Digest;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Reads fields of the contracts' records as the values that CEL would see in their JSON form, without making that form. Null is what is not
 * there.
 */
final class Fields {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private Fields() {}

    /** @return null if it can't be read so */
    static Function<Object, Object> of(String record, String field) {
        try {
            var type = Class.forName(record);
            var component = Arrays.stream(type.getRecordComponents())
                    .filter(one -> one.getName().equals(field))
                    .findFirst()
                    .orElse(null);
            var convert = component == null ? null : conversion(component.getGenericType());
            if (convert == null) {
                return null;
            }
            var handle = LOOKUP.unreflect(component.getAccessor());
            @SuppressWarnings("unchecked")
            var read = (Function<Object, Object>) LambdaMetafactory.metafactory(
                            LOOKUP,
                            "apply",
                            MethodType.methodType(Function.class),
                            MethodType.methodType(Object.class, Object.class),
                            handle,
                            handle.type().wrap())
                    .getTarget()
                    .invoke();
            return convert == AS_IT_IS
                    ? read
                    : value -> {
                        var found = read.apply(value);
                        return found == null ? null : convert.apply(found);
                    };
        } catch (Throwable e) {
            throw new IllegalStateException(record + " has no readable field " + field, e);
        }
    }

    private static final UnaryOperator<Object> AS_IT_IS = value -> value;

    private static UnaryOperator<Object> conversion(Type type) {
        if (type instanceof ParameterizedType generic) {
            if (Map.class.equals(generic.getRawType())) {
                return AS_IT_IS;
            }
            var ofEach =
                    List.class.equals(generic.getRawType()) ? conversion(generic.getActualTypeArguments()[0]) : null;
            return ofEach == null || ofEach == AS_IT_IS
                    ? ofEach
                    : value -> ((List<?>) value).stream().map(ofEach).toList();
        }
        var plain = (Class<?>) type;
        if (plain == int.class || plain == Integer.class) {
            return value -> ((Integer) value).longValue();
        }
        if (plain == Duration.class || plain == Digest.class) {
            return Object::toString;
        }
        if (plain == BigDecimal.class) {
            return value -> ((BigDecimal) value).toPlainString();
        }
        if (plain.isEnum()) {
            var names = Arrays.stream(plain.getEnumConstants())
                    .map(constant -> Json.tree(constant).asText())
                    .toArray();
            return value -> names[((Enum<?>) value).ordinal()];
        }
        var asItIs = plain == String.class
                || plain == long.class
                || plain == Long.class
                || plain == double.class
                || plain == boolean.class
                || plain == Boolean.class
                || plain.isRecord() && !plain.getPackageName().endsWith(".proof");
        return asItIs ? AS_IT_IS : null;
    }
}
