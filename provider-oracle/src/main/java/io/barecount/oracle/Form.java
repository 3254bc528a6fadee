package io.barecount.oracle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The flat fields of the query protocols: {@code Filter.1.Value.2=x}. */
record Form(Map<String, String> fields) {
    static Form of(Request request) {
        var fields = new LinkedHashMap<>(request.query());
        fields.putAll(request.form());
        return new Form(fields);
    }

    /** Null if it isn't there. */
    String get(String name) {
        return fields.get(name);
    }

    int number(String name, int otherwise) {
        return fields.containsKey(name) ? Integer.parseInt(fields.get(name)) : otherwise;
    }

    List<String> list(String name) {
        var values = new ArrayList<String>();
        for (var i = 1; fields.containsKey(name + "." + i); i++) {
            values.add(fields.get(name + "." + i));
        }
        return values;
    }

    /** The structures of a list, each with its fields as if it were alone. */
    List<Form> forms(String name) {
        var forms = new ArrayList<Form>();
        for (var i = 1; ; i++) {
            var prefix = name + "." + i + ".";
            var inner = new LinkedHashMap<String, String>();
            fields.forEach((key, value) -> {
                if (key.startsWith(prefix)) {
                    inner.put(key.substring(prefix.length()), value);
                }
            });
            if (inner.isEmpty()) {
                return forms;
            }
            forms.add(new Form(inner));
        }
    }

    ObjectNode tree() {
        return Trees.ofMap(fields);
    }
}
