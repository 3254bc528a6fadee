package io.barecount.manifest.document;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * One document of plain YAML data, its bare words understood as YAML 1.2's core schema has it (section 10.3.2): {@code no} and {@code
 * on} are texts. Aliases, anchors, tags and merge keys are refused: they make a short text large, or one that says something else than
 * it seems to.
 */
final class YamlText {
    private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
    private static final Pattern TRUE = Pattern.compile("true|True|TRUE");
    private static final Pattern FALSE = Pattern.compile("false|False|FALSE");
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern OTHER_RADIX = Pattern.compile("0o[0-7]{1,10}|0x[0-9a-fA-F]{1,8}");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?([.][0-9]+|[0-9]+([.][0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final String MERGE_KEY = "<<";

    private final TreeBuilder builder;
    /** Of each open collection: TRUE if a key is next, FALSE if a value is next, in a list always FALSE. */
    private final Deque<Boolean> keyIsNext = new ArrayDeque<>();

    private final Deque<Boolean> isObject = new ArrayDeque<>();
    private int documents;

    private YamlText(TreeBuilder builder) {
        this.builder = builder;
    }

    static void read(String text, TreeBuilder builder) throws Unreadable {
        var yaml = new YamlText(builder);
        try {
            var options = new LoaderOptions();
            options.setCodePointLimit(Integer.MAX_VALUE);
            var parser =
                    new ParserImpl(new StreamReader(text.startsWith("\uFEFF") ? text.substring(1) : text), options);
            while (parser.peekEvent() != null) {
                yaml.take(parser.getEvent());
            }
        } catch (MarkedYAMLException e) {
            throw syntax(spot(e.getProblemMark()), withoutQuotations(e.getProblem()));
        } catch (ReaderException e) {
            throw syntax(Spot.UNKNOWN, "it holds the character U+%04X".formatted(e.getCodePoint()));
        } catch (YAMLException e) {
            throw syntax(Spot.UNKNOWN, "it can't be read");
        }
        if (yaml.documents == 0) {
            throw new Unreadable(
                    "syntax",
                    "",
                    Spot.UNKNOWN,
                    "this is no manifest: it is empty",
                    "begin with apiVersion: barecount.io/v1 and kind: Pipeline, as the examples do");
        }
    }

    private void take(Event event) throws Unreadable {
        switch (event) {
            case DocumentStartEvent start -> startDocument(start);
            case AliasEvent alias -> {
                refuse(
                        "yaml-alias",
                        alias,
                        "an alias (*name) repeats another part of the text",
                        "write out what it stands for");
                scalar(alias, "", false);
            }
            case MappingStartEvent start -> startCollection(start, true);
            case CollectionStartEvent start -> startCollection(start, false);
            case CollectionEndEvent end -> {
                builder.end();
                keyIsNext.pop();
                isObject.pop();
                valueIsDone();
            }
            case ScalarEvent scalar -> {
                refuseAnchor(scalar);
                refuseTag(scalar, scalar.getTag());
                scalar(
                        scalar,
                        scalar.getValue(),
                        scalar.getScalarStyle() == DumperOptions.ScalarStyle.PLAIN && scalar.getTag() == null);
            }
            default -> {
                // Beginnings and ends of the stream and of documents say nothing.
            }
        }
    }

    private void startDocument(DocumentStartEvent start) throws Unreadable {
        if (++documents > 1) {
            throw new Unreadable(
                    "several-documents",
                    "",
                    spot(start.getStartMark()),
                    "a second document begins here",
                    "submit each document by itself");
        }
    }

    private void startCollection(CollectionStartEvent start, boolean mapping) throws Unreadable {
        var spot = spot(start.getStartMark());
        if (isKey()) {
            throw new Unreadable("key-not-text", "", spot, "a field's name is a list or an object", "names are texts");
        }
        refuseAnchor(start);
        refuseTag(start, start.getTag());
        if (mapping) {
            builder.beginObject(spot);
        } else {
            builder.beginArray(spot);
        }
        isObject.push(mapping);
        keyIsNext.push(mapping);
    }

    private void scalar(NodeEvent event, String text, boolean bare) throws Unreadable {
        var spot = spot(event.getStartMark());
        if (isKey()) {
            if (bare && text.equals(MERGE_KEY)) {
                refuse("yaml-merge-key", event, "a merge key (<<) is no plain data", "write out the fields themselves");
            }
            builder.field(text, spot);
            keyIsNext.pop();
            keyIsNext.push(false);
            return;
        }
        if (bare) {
            bareWord(text, spot);
        } else {
            builder.text(text, spot);
        }
        valueIsDone();
    }

    private void bareWord(String word, Spot spot) throws Unreadable {
        if (NULL.matcher(word).matches()) {
            builder.value(TreeBuilder.NODES.nullNode(), spot);
        } else if (TRUE.matcher(word).matches()) {
            builder.value(TreeBuilder.NODES.booleanNode(true), spot);
        } else if (FALSE.matcher(word).matches()) {
            builder.value(TreeBuilder.NODES.booleanNode(false), spot);
        } else if (!mayBeNumber(word)) {
            builder.text(word, spot);
        } else if (INTEGER.matcher(word).matches()) {
            JsonText.number(word.startsWith("+") ? word.substring(1) : word, spot, builder);
        } else if (OTHER_RADIX.matcher(word).matches()) {
            var radix = word.charAt(1) == 'x' ? 16 : 8;
            builder.value(TreeBuilder.NODES.numberNode(Long.parseLong(word.substring(2), radix)), spot);
        } else if (DECIMAL.matcher(word).matches()) {
            JsonText.number(word, spot, builder);
        } else {
            builder.text(word, spot);
        }
    }

    private static boolean mayBeNumber(String word) {
        var first = word.charAt(0);
        return (first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.';
    }

    private boolean isKey() {
        return !keyIsNext.isEmpty() && keyIsNext.peek();
    }

    private void valueIsDone() {
        if (!isObject.isEmpty() && isObject.peek()) {
            keyIsNext.pop();
            keyIsNext.push(true);
        }
    }

    private void refuseAnchor(NodeEvent event) {
        if (event.getAnchor() != null) {
            refuse("yaml-anchor", event, "an anchor (&name) is no plain data", "remove it");
        }
    }

    private void refuseTag(NodeEvent event, String tag) {
        if (tag != null) {
            refuse("yaml-tag", event, "a tag (!) is no plain data", "remove it; put a text in quotes");
        }
    }

    private void refuse(String code, NodeEvent event, String message, String hint) {
        builder.violation(code, spot(event.getStartMark()), message, hint);
    }

    private static Spot spot(Mark mark) {
        return mark == null ? Spot.UNKNOWN : new Spot(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static Unreadable syntax(Spot spot, String what) {
        return new Unreadable(
                "syntax",
                "",
                spot,
                "this is no YAML: " + what,
                "indent with spaces, and put texts with ': ', '#' or a leading sign in quotes");
    }

    /** The parser's messages name single characters; anything longer in them is text of the submitter's. */
    private static String withoutQuotations(String problem) {
        return problem == null
                ? "it can't be read"
                : problem.replaceAll("'[^']{4,}'", "a text").strip();
    }
}
