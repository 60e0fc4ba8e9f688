package io.belvedere.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The stamp of a grant: SHA-256 over the canonical JSON of {@code {"detail", "revision", "views"}}, where {@code revision} is
 * the full revision with its digest and the other two are as replied.
 *
 * <p>Canonical: UTF-8, no white space, keys sorted by UTF-16 code unit, numbers in plain decimal notation without trailing
 * zeros and never as binary fractions, so that two large ids cannot share a stamp. The reason is left out: why something was
 * granted does not change what was.
 */
final class Fingerprint {
    private Fingerprint() {}

    static String of(ReplyFields reply, PolicyRevision revision) {
        ObjectNode grant = JsonNodeFactory.instance.objectNode();
        grant.put("revision", revision.toString());
        grant.set("detail", reply.value("detail"));
        grant.set("views", reply.value("views"));
        StringBuilder json = new StringBuilder();
        write(grant, json);
        return Sha256.hex(json.toString().getBytes(StandardCharsets.UTF_8));
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
            // Texts, true and false; a validated reply holds no null.
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
