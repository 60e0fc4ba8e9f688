package io.belvedere.policy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The bytes that OPA hashes in place of a JSON file of a bundle, so that white space and the order of keys do not count: the document on
 * one line, keys in the order of their UTF-8 bytes, numbers as they are written.
 *
 * <p>As OPA's {@code bundle/hash.go} and Go's {@code encoding/json} without escaping of HTML write them.
 */
final class StructuredHash {
    private static final Comparator<String> BYTES = (left, right) ->
            Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    private static final JsonFactory STRICT = LocatedJson.STRICT;

    private StructuredHash() {}

    /** The bytes to hash; throws {@link IOException} for what is not one JSON document. */
    static byte[] bytes(byte[] json) throws IOException {
        try (JsonParser parser = STRICT.createParser(json)) {
            if (parser.nextToken() == null) {
                throw new IOException("empty");
            }
            String form = read(parser);
            if (parser.nextToken() != null) {
                throw new IOException("text after the end");
            }
            return form.getBytes(StandardCharsets.UTF_8);
        }
    }

    private static String read(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> quoted(parser.getText());
            default -> parser.getText();
        };
    }

    private static String object(JsonParser parser) throws IOException {
        Map<String, String> members = new TreeMap<>(BYTES);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, read(parser));
        }
        List<String> parts = new ArrayList<>();
        for (Map.Entry<String, String> member : members.entrySet()) {
            parts.add(quoted(member.getKey()) + ":" + member.getValue());
        }
        return "{" + String.join(",", parts) + "}";
    }

    private static String array(JsonParser parser) throws IOException {
        List<String> parts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            parts.add(read(parser));
        }
        return "[" + String.join(",", parts) + "]";
    }

    private static String quoted(String text) throws IOException {
        if (!Unicode.isWellFormed(text)) {
            throw new IOException("text that is not Unicode");
        }
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(point -> escape(point, out));
        return out.append('"').toString();
    }

    private static void escape(int point, StringBuilder out) {
        switch (point) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case 0x2028, 0x2029 -> out.append("\\u").append(Integer.toHexString(point));
            default -> {
                if (point < ' ') {
                    out.append("\\u00").append(point < 16 ? "0" : "").append(Integer.toHexString(point));
                } else {
                    out.appendCodePoint(point);
                }
            }
        }
    }
}
