package io.barecount.policy.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The contracts' records as CEL types, read off the records: a rule that names a field which no manifest can have is refused when it is
 * loaded, not when the first run comes. At evaluation the values are plain maps in the contracts' JSON form.
 */
final class ContractTypes {
    private final Map<String, CelType> structs = new LinkedHashMap<>();

    /** The type of values whose JSON form this record has. */
    CelType of(Class<? extends Record> record) {
        return struct(record);
    }

    /** All types that were asked for so far, with those inside of them. */
    CelTypeProvider provider() {
        return new Known(ImmutableMap.copyOf(structs));
    }

    private record Known(ImmutableMap<String, CelType> byName) implements CelTypeProvider {
        @Override
        public ImmutableCollection<CelType> types() {
            return byName.values();
        }

        @Override
        public Optional<CelType> findType(String name) {
            return Optional.ofNullable(byName.get(name));
        }
    }

    private CelType struct(Class<?> record) {
        var known = structs.get(record.getName());
        if (known != null) {
            return known;
        }
        var fields = Arrays.stream(record.getRecordComponents())
                .collect(ImmutableMap.toImmutableMap(RecordComponent::getName, field -> type(field.getGenericType())));
        var struct =
                StructType.create(record.getName(), fields.keySet(), name -> Optional.ofNullable(fields.get(name)));
        structs.put(record.getName(), struct);
        return struct;
    }

    private CelType type(Type type) {
        if (type instanceof ParameterizedType generic) {
            var arguments = generic.getActualTypeArguments();
            return List.class.equals(generic.getRawType())
                    ? ListType.create(type(arguments[0]))
                    : MapType.create(type(arguments[0]), type(arguments[1]));
        }
        if (type instanceof Class<?> plain
                && plain.isRecord()
                && !plain.getPackageName().endsWith(".proof")) {
            return struct(plain);
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return SimpleType.INT;
        }
        if (type == double.class) {
            return SimpleType.DOUBLE;
        }
        return type == boolean.class || type == Boolean.class ? SimpleType.BOOL : SimpleType.STRING;
    }
}
