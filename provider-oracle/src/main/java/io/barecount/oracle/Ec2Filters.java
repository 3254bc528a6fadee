package io.barecount.oracle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The ids and filters of a Describe call. A filter that a thing has no attribute for matches nothing. */
record Ec2Filters(List<String> ids, Map<String, List<String>> filters) {

    static Ec2Filters of(Form form, String idField) {
        var filters = new LinkedHashMap<String, List<String>>();
        form.forms("Filter").forEach(filter -> filters.put(filter.get("Name"), filter.list("Value")));
        return new Ec2Filters(form.list(idField), filters);
    }

    boolean match(String id, Map<String, List<String>> attributes) {
        return (ids.isEmpty() || ids.contains(id))
                && filters.entrySet().stream()
                        .allMatch(filter -> attributes.getOrDefault(filter.getKey(), List.of()).stream()
                                .anyMatch(value -> filter.getValue().stream().anyMatch(wanted -> like(wanted, value))));
    }

    private static boolean like(String wanted, String value) {
        var pattern = Pattern.quote(wanted).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return value != null && Pattern.matches(pattern, value);
    }
}
