package io.belvedere.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * One spelling of a JSON document: UTF-8, no white space, keys sorted by UTF-16 code unit, numbers in plain decimal notation without
 * trailing zeros and never as binary fractions, so that two large ids cannot be written alike.
 */
final class CanonicalJson {
    private CanonicalJson() {}

    static byte[] bytes(JsonNode node) {
        StringBuilder json = new StringBuilder();
        write(node, json);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(JsonNode node, StringBuilder out) {
        if (node.isObject()) {
            writeObject(node, out);
        } else if (node.isArray()) {
            out.append('[');
            for (int i = 0; i < node.size(); i++) {
                write(node.get(i), i == 0 ? out : out.append(','));
            }
            out.append(']');
        } else if (node.isNumber()) {
            BigDecimal shortest = node.decimalValue().stripTrailingZeros();
            out.append(shortest.toPlainString());
        } else {
            out.append(node);
        }
    }

    private static void writeObject(JsonNode object, StringBuilder out) {
        Map<String, JsonNode> sorted = new TreeMap<>();
        object.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
        char before = '{';
        for (Map.Entry<String, JsonNode> field : sorted.entrySet()) {
            out.append(before)
                    .append(JsonNodeFactory.instance.textNode(field.getKey()))
                    .append(':');
            write(field.getValue(), out);
            before = ',';
        }
        out.append(sorted.isEmpty() ? "{}" : "}");
    }
}
