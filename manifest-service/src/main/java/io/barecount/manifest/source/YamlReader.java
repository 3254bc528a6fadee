package io.barecount.manifest.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.barecount.manifest.source.Source.Position;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML as far as it means the same as JSON: no anchors, aliases, tags or merge keys, one document. Plain scalars follow YAML 1.2's core
 * schema, so that {@code no} and {@code on} stay words.
 */
final class YamlReader {
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,30}");
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?(\\.[0-9]{1,30}|[0-9]{1,30}(\\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,3})?");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Map<String, Position> positions = new HashMap<>();

    private YamlReader() {}

    static Source read(String text) {
        var options = new LoaderOptions();
        options.setNestingDepthLimit(DocumentReader.DEPTH_MAX);
        options.setMaxAliasesForCollections(0);
        options.setCodePointLimit(DocumentReader.SIZE_BYTES_MAX);
        var reader = new YamlReader();
        try {
            var composer = new Composer(
                    new ParserImpl(new StreamReader(new StringReader(text)), options), new PlainResolver(), options);
            var root = composer.getSingleNode();
            if (root == null) {
                throw new Unreadable("malformed", "", Position.UNKNOWN, "the document is empty", "send a manifest");
            }
            return new Source(reader.convert(root, ""), reader.positions);
        } catch (MarkedYAMLException e) {
            throw new Unreadable(
                    "malformed", "", position(e.getProblemMark()), "no YAML: " + e.getProblem(), "send YAML or JSON");
        } catch (YAMLException e) {
            throw new Unreadable("malformed", "", Position.UNKNOWN, "no YAML: " + e.getMessage(), "send YAML or JSON");
        }
    }

    /** Leaves every plain scalar a string: what it means is decided here, not by YAML 1.1's rules. */
    private static final class PlainResolver extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            // none
        }
    }

    private JsonNode convert(Node node, String pointer) {
        if (positions.put(pointer, position(node.getStartMark())) != null || node.getAnchor() != null) {
            throw refused("yaml-anchor", pointer, node, "anchors and aliases are not allowed", "write the value out");
        }
        return switch (node) {
            case MappingNode mapping -> convertMapping(mapping, pointer);
            case SequenceNode sequence -> convertSequence(sequence, pointer);
            case ScalarNode scalar -> convertScalar(scalar, pointer);
            default -> throw refused("yaml-anchor", pointer, node, "aliases are not allowed", "write the value out");
        };
    }

    private JsonNode convertMapping(MappingNode mapping, String pointer) {
        requireTag(mapping, Tag.MAP, pointer);
        var object = NODES.objectNode();
        for (var tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key) || "<<".equals(key.getValue())) {
                throw refused(
                        "yaml-key",
                        pointer,
                        tuple.getKeyNode(),
                        "a key is a plain name; merge keys are not allowed",
                        "write the fields out");
            }
            var name = key.getValue();
            var child = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
            if (object.has(name)) {
                throw refused(
                        "duplicate-field", child, key, "the field " + name + " is given twice", "give each field once");
            }
            object.set(name, convert(tuple.getValueNode(), child));
            positions.put(child, position(key.getStartMark()));
        }
        return object;
    }

    private JsonNode convertSequence(SequenceNode sequence, String pointer) {
        requireTag(sequence, Tag.SEQ, pointer);
        var array = NODES.arrayNode();
        for (var element : sequence.getValue()) {
            array.add(convert(element, pointer + "/" + array.size()));
        }
        return array;
    }

    private static JsonNode convertScalar(ScalarNode scalar, String pointer) {
        requireTag(scalar, Tag.STR, pointer);
        var text = scalar.getValue();
        if (!scalar.isPlain()) {
            return NODES.textNode(text);
        }
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> NODES.nullNode();
            case "true", "True", "TRUE" -> NODES.booleanNode(true);
            case "false", "False", "FALSE" -> NODES.booleanNode(false);
            default -> {
                if (INTEGER.matcher(text).matches()) {
                    var integer = new BigInteger(text);
                    yield integer.bitLength() < 32 ? NODES.numberNode(integer.intValue()) : NODES.numberNode(integer);
                }
                yield DECIMAL.matcher(text).matches() ? NODES.numberNode(new BigDecimal(text)) : NODES.textNode(text);
            }
        };
    }

    private static void requireTag(Node node, Tag allowed, String pointer) {
        if (!allowed.equals(node.getTag())) {
            throw refused("yaml-tag", pointer, node, "the tag " + node.getTag() + " is not allowed", "leave it out");
        }
    }

    private static Unreadable refused(String code, String pointer, Node node, String message, String hint) {
        return new Unreadable(code, pointer, position(node.getStartMark()), message, hint);
    }

    private static Position position(Mark mark) {
        return mark == null ? Position.UNKNOWN : new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
