package io.barecount.manifest.document;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a value begins in its text, and where its parts do. A field is found where its name stands. */
public final class Spot {
    /** For what stands nowhere. */
    public static final Spot UNKNOWN = new Spot(0, 0);

    private final int line;
    private final int column;
    private Map<String, Spot> fields;
    private List<Spot> items;
    private Spot name;

    Spot(int line, int column) {
        this.line = line;
        this.column = column;
    }

    /** From 1; 0 if unknown. */
    public int line() {
        return line;
    }

    /** From 1; 0 if unknown. */
    public int column() {
        return column;
    }

    /** Where the field's name stands, if this is a field's value; else this. */
    public Spot named() {
        return name == null ? this : name;
    }

    void add(String field, Spot fieldName, Spot value) {
        if (fields == null) {
            fields = new HashMap<>();
        }
        value.name = fieldName;
        fields.put(field, value);
    }

    void add(Spot item) {
        if (items == null) {
            items = new ArrayList<>();
        }
        items.add(item);
    }

    /** The part's place, or this one if there is no such part. */
    public Spot field(String part) {
        return fields == null ? this : fields.getOrDefault(part, this);
    }

    /** The place that a JSON pointer leads to, or the nearest one above it. */
    public Spot at(String pointer) {
        var spot = this;
        for (var token : tokens(pointer)) {
            var next = spot.part(token);
            if (next == null) {
                return spot;
            }
            spot = next;
        }
        return spot;
    }

    /** The place that a JSON pointer leads to; empty if the text has nothing there. */
    public Optional<Spot> find(String pointer) {
        var spot = this;
        for (var token : tokens(pointer)) {
            spot = spot.part(token);
            if (spot == null) {
                return Optional.empty();
            }
        }
        return Optional.of(spot);
    }

    private static String[] tokens(String pointer) {
        return pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1);
    }

    private Spot part(String token) {
        var part = token.replace("~1", "/").replace("~0", "~");
        if (fields != null) {
            return fields.get(part);
        }
        return items != null && part.matches("[0-9]{1,9}") && Integer.parseInt(part) < items.size()
                ? items.get(Integer.parseInt(part))
                : null;
    }
}
