package io.barecount.manifest.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.barecount.manifest.redaction.Quoted;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;

/** Builds the tree from what a parser meets, and holds the rules that are the same for YAML and JSON. */
final class TreeBuilder {
    static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** A container that is being filled. */
    private static final class Open {
        private final ContainerNode<?> node;
        private final Spot spot;
        private String field;
        private Spot fieldSpot;

        private Open(ContainerNode<?> node, Spot spot) {
            this.node = node;
            this.spot = spot;
        }
    }

    private final Violations violations;
    private final Deque<Open> open = new ArrayDeque<>();
    private JsonNode root;
    private Spot rootSpot = Spot.UNKNOWN;

    TreeBuilder(Violations violations) {
        this.violations = violations;
    }

    void beginObject(Spot spot) throws Unreadable {
        begin(NODES.objectNode(), spot);
    }

    void beginArray(Spot spot) throws Unreadable {
        begin(NODES.arrayNode(), spot);
    }

    private void begin(ContainerNode<?> node, Spot spot) throws Unreadable {
        if (open.size() == Source.DEPTH_MAX) {
            throw new Unreadable(
                    "too-deep",
                    pointer(),
                    spot,
                    "nested deeper than " + Source.DEPTH_MAX + " levels",
                    "a manifest needs fewer than ten levels");
        }
        attach(node, spot);
        open.push(new Open(node, spot));
    }

    void end() {
        open.pop();
    }

    void field(String name, Spot spot) throws Unreadable {
        requireFitText(name, spot);
        open.peek().field = name;
        open.peek().fieldSpot = spot;
    }

    void text(String text, Spot spot) throws Unreadable {
        requireFitText(text, spot);
        attach(NODES.textNode(text), spot);
    }

    void value(JsonNode node, Spot spot) {
        attach(node, spot);
    }

    void violation(String code, Spot spot, String message, String hint) {
        violations.add(code, pointer(), spot, message, hint);
    }

    Source source() {
        return new Source(root, rootSpot, violations);
    }

    private void attach(JsonNode node, Spot spot) {
        var parent = open.peek();
        if (parent == null) {
            root = node;
            rootSpot = spot;
        } else if (parent.node instanceof ObjectNode object) {
            if (object.has(parent.field)) {
                violations.add(
                        "repeated-field",
                        pointer(),
                        parent.fieldSpot,
                        "the field " + Quoted.text(parent.field) + " stands here a second time; the first is in line "
                                + parent.spot.field(parent.field).named().line(),
                        "remove one of the two");
            } else {
                object.set(parent.field, node);
                parent.spot.add(parent.field, parent.fieldSpot, spot);
            }
        } else {
            ((ArrayNode) parent.node).add(node);
            parent.spot.add(spot);
        }
    }

    private void requireFitText(String text, Spot spot) throws Unreadable {
        var unfit = Utf8.firstUnfit(text);
        if (unfit.isEmpty()) {
            return;
        }
        if (Character.isSurrogate((char) unfit.getAsInt())) {
            throw new Unreadable(
                    "syntax",
                    "",
                    spot,
                    "a text holds half a surrogate pair",
                    "write the whole character, or leave it out");
        }
        violation(
                "control-character",
                spot,
                "a text holds the character U+%04X".formatted(unfit.getAsInt()),
                "remove it; only line breaks and tabs are allowed of the control characters");
    }

    /** Of the value that is about to come. */
    private String pointer() {
        var tokens = new ArrayList<String>();
        for (var container : open) {
            tokens.add(
                    container.node instanceof ArrayNode array
                            ? Integer.toString(array.size())
                            : container.field == null
                                    ? ""
                                    : container.field.replace("~", "~0").replace("/", "~1"));
        }
        var pointer = new StringBuilder();
        for (var i = tokens.size() - 1; i >= 0; i--) {
            pointer.append('/').append(tokens.get(i));
        }
        return pointer.toString();
    }
}
