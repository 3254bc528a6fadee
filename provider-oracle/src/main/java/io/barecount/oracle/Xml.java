package io.barecount.oracle;

import com.fasterxml.jackson.databind.JsonNode;

/** Trees as XML: an object's fields are elements. */
final class Xml {
    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

    private Xml() {}

    /**
     * @param namespace null for none
     * @param item what the elements of a list are called; null if they repeat the list's own name
     */
    static String document(String root, String namespace, JsonNode content, String item) {
        var xml = new StringBuilder(HEAD).append('<').append(root);
        if (namespace != null) {
            xml.append(" xmlns=\"").append(namespace).append('"');
        }
        xml.append('>');
        write(xml, content, item);
        return xml.append("</").append(root).append('>').toString();
    }

    private static void write(StringBuilder xml, JsonNode value, String item) {
        if (value.isObject()) {
            value.properties().forEach(field -> element(xml, field.getKey(), field.getValue(), item));
        } else if (value.isArray()) {
            value.forEach(entry -> element(xml, item, entry, item));
        } else {
            xml.append(escaped(value.asText()));
        }
    }

    /** A name such as {@code groupSet/groupId} is a list's and that of its entries, for a list that calls them otherwise than all others. */
    private static void element(StringBuilder xml, String name, JsonNode value, String item) {
        var slash = name.indexOf('/');
        if (slash >= 0) {
            element(xml, name.substring(0, slash), value, name.substring(slash + 1));
            return;
        }
        if (value.isArray() && item == null) {
            value.forEach(entry -> element(xml, name, entry, null));
        } else if (!value.isNull()) {
            xml.append('<').append(name).append('>');
            write(xml, value, item);
            xml.append("</").append(name).append('>');
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("\r", "&#13;");
    }
}
