package io.belvedere.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * JSON in the canonical form of RFC 8785, for what records hold: objects, lists, texts without halves of surrogate pairs, booleans and
 * integers that every reader keeps. Written straight from the tree; reading one's own JSON back to sort it cost more than all the rest.
 */
final class CanonicalJson {
    private CanonicalJson() {}

    /** {@code "name":value}. */
    static String member(String name, JsonNode value) {
        StringBuilder json = new StringBuilder(64);
        member(json, name, value);
        return json.toString();
    }

    private static void member(StringBuilder json, String name, JsonNode value) {
        text(json, name);
        json.append(':');
        value(json, value);
    }

    private static void value(StringBuilder json, JsonNode value) {
        switch (value.getNodeType()) {
            case OBJECT -> object(json, value);
            case ARRAY -> {
                json.append('[');
                String comma = "";
                for (JsonNode each : value) {
                    json.append(comma);
                    value(json, each);
                    comma = ",";
                }
                json.append(']');
            }
            case STRING -> text(json, value.textValue());
            case BOOLEAN -> json.append(value.booleanValue());
            case NUMBER -> json.append(integer(value));
            case NULL, BINARY, MISSING, POJO ->
                throw new IllegalStateException("a record holds no " + value.getNodeType());
        }
    }

    /** By name, in the order of UTF-16 code units, which is Java's own. */
    private static void object(StringBuilder json, JsonNode value) {
        SortedMap<String, JsonNode> members = new TreeMap<>();
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            members.put(member.getKey(), member.getValue());
        }
        json.append('{');
        members.forEach((name, member) -> {
            if (json.charAt(json.length() - 1) != '{') {
                json.append(',');
            }
            member(json, name, member);
        });
        json.append('}');
    }

    private static long integer(JsonNode value) {
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || Math.abs(value.longValue()) > Members.INTEGER_MAX) {
            throw new IllegalStateException("a record holds a number that a reader might round");
        }
        return value.longValue();
    }

    private static void text(StringBuilder json, String text) {
        json.append('"');
        for (int at = 0; at < text.length(); at++) {
            char unit = text.charAt(at);
            switch (unit) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (unit < ' ') {
                        json.append("\\u").append(HexFormat.of().toHexDigits(unit));
                    } else {
                        json.append(unit);
                    }
                }
            }
        }
        json.append('"');
    }
}
